import { Module } from '@nestjs/common';
import { ModelsFileService } from './models-file.service.ts';

@Module({ providers: [ModelsFileService], exports: [ModelsFileService] })
export class ModelsModule {}
