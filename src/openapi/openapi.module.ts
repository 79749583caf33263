import { Module } from '@nestjs/common';
import { ApiDocument } from './api-document.ts';
import { DocsController } from './docs.controller.ts';

/** `/docs` and `/docs-json` of the management port. */
@Module({ controllers: [DocsController], providers: [ApiDocument] })
export class OpenApiModule {}
