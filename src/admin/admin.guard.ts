import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';

/**
 * Nobody passes whom AdminGate has not let in. It has done so before the body was read; that it was
 * not asked at all, for a route that it does not know, is what this is for.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
    if (actor === undefined) throw catalogue.invalidAdminToken();
    return true;
  }
}
