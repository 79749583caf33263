import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import { mayUse } from '../keys/may-use.ts';
import { ModelsFileService } from '../models/models-file.service.ts';

/**
 * Refuses a model that the caller's key is not for, before anything is done about it. Guards run
 * before validation: what names no model of models.yaml passes and is refused later.
 */
@Injectable()
export class ModelAccessGuard implements CanActivate {
  constructor(private readonly models: ModelsFileService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { model: name } = (request.body ?? {}) as { model?: unknown };
    const caller = request.admission?.caller;
    if (!caller || typeof name !== 'string') return true;
    const model = this.models.registry.find(name);
    if (!model || mayUse(caller, model.name)) return true;
    request.facts.model = model.name;
    throw catalogue.modelNotAllowed(model.name, caller.models);
  }
}
