import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { catalogue } from '../errors/catalogue.ts';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import { describeModel, type ModelDescription } from '../models/describe-model.ts';
import { ModelsFileService } from '../models/models-file.service.ts';

/** What is served, in OpenAI's shape. Stands here because it needs the guards. */
@Controller('v1/models')
@UseGuards(IpThrottlerGuard, ApiKeyGuard)
export class ModelsController {
  constructor(private readonly models: ModelsFileService) {}

  @Get()
  list(): { object: 'list'; data: ModelDescription[] } {
    const { models, loadedAt } = this.models.registry;
    return { object: 'list', data: models.map((model) => describeModel(model, loadedAt)) };
  }

  @Get(':id')
  one(@Param('id') id: string): ModelDescription {
    const { registry } = this.models;
    const model = registry.find(id);
    if (!model) throw catalogue.modelNotFound(id, registry.nearest(id));
    return describeModel(model, registry.loadedAt);
  }
}
