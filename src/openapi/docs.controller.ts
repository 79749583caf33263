import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { RouteConstraints } from '@nestjs/platform-fastify';
import { catalogue } from '../errors/catalogue.ts';
import { ApiDocument } from './api-document.ts';
import { Documented } from './operation.ts';
import { TEXT } from './schema.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>poe-proxy</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
`;
const START = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#ui' });\n`;
/** Swagger UI writes styles and small pictures into the page. Nothing comes from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  'start.js': 'text/javascript',
  'swagger-ui-bundle.js': 'text/javascript',
  'swagger-ui.css': 'text/css',
};

/** The API document, for programs and for people. */
@Controller()
export class DocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get('docs-json')
  @RouteConstraints({ listener: 'management' })
  @Documented({
    summary: 'This document',
    reply: { 'application/json': { type: 'object' } },
  })
  read(): Promise<object> {
    return this.document.read();
  }

  @Get('docs')
  @RouteConstraints({ listener: 'management' })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', POLICY)
  @Documented({ summary: 'This document as a page', reply: { 'text/html': TEXT } })
  page(): string {
    return PAGE;
  }

  @Get('docs/:file')
  @RouteConstraints({ listener: 'management' })
  @Documented({
    summary: 'What that page needs',
    reply: { 'text/javascript': TEXT, 'text/css': TEXT },
  })
  async file(@Param('file') file: string): Promise<StreamableFile> {
    const type = Object.hasOwn(TYPES, file) ? TYPES[file] : undefined;
    if (type === undefined) throw catalogue.routeNotFound(`There is no GET /docs/${file}.`);
    const content = file === 'start.js' ? Buffer.from(START) : await readFile(join(folder(), file));
    return new StreamableFile(content, { type: `${type}; charset=utf-8` });
  }
}

function folder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
