import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import { KeyRing } from '../keys/key-ring.ts';

/** Turns the bearer into a caller, or refuses. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly keys: KeyRing) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = this.keys.identify(request.headers.authorization);
    if (!caller) throw catalogue.invalidApiKey();
    request.facts.caller = caller.name;
    request.facts.team = caller.teamName;
    request.admission = { caller, tokensIn: 0, estimate: 0 };
    return true;
  }
}
