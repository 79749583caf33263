import { Controller, Get, Param, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import type { Caller } from '../keys/caller.ts';
import { mayUse } from '../keys/may-use.ts';
import { describeModel, type ModelDescription } from '../models/describe-model.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import { Documented } from '../openapi/operation.ts';
import { MODEL, MODELS } from './api-schemas.ts';
import { modelNotFound } from './model-not-found.ts';

/** What is served to the caller, in OpenAI's shape. Stands here because it needs the guards. */
@Controller('v1/models')
@UseGuards(IpThrottlerGuard, ApiKeyGuard)
export class ModelsController {
  constructor(private readonly models: ModelsFileService) {}

  @Get()
  @Documented({
    summary: 'Lists the models that the key may use',
    reply: { 'application/json': MODELS },
  })
  list(@Req() request: FastifyRequest): { object: 'list'; data: ModelDescription[] } {
    const { models, loadedAt } = this.models.registry;
    const caller = callerOf(request);
    const allowed = models.filter(({ name }) => mayUse(caller, name));
    return { object: 'list', data: allowed.map((model) => describeModel(model, loadedAt)) };
  }

  @Get(':id')
  @Documented({ summary: 'Shows a model', reply: { 'application/json': MODEL } })
  one(@Param('id') id: string, @Req() request: FastifyRequest): ModelDescription {
    const { registry } = this.models;
    const caller = callerOf(request);
    const model = registry.find(id);
    if (!model) throw modelNotFound(id, registry, caller);
    if (!mayUse(caller, model.name)) throw catalogue.modelNotAllowed(model.name, caller.models);
    return describeModel(model, registry.loadedAt);
  }
}

function callerOf({ admission }: FastifyRequest): Caller {
  if (!admission) throw new Error('the guards have not run');
  return admission.caller;
}
