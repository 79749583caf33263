import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  Get,
  Post,
  ServiceUnavailableException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { toApiError } from './to-api-error.ts';

const request = { method: 'GET', path: '/x', bodyLimitBytes: 2 * 1024 * 1024 };

@Catch()
class Filter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const { method, url } = host.switchToHttp().getRequest<FastifyRequest>();
    const error = toApiError(exception, { ...request, method, path: url });
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .code(error.status)
      .send(error.toEnvelope());
  }
}

@Controller()
class Routes {
  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }

  @Get('broken')
  broken(): void {
    throw new TypeError('the secret is broken');
  }
}

describe('what Nest and Fastify throw', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ controllers: [Routes] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(
      new FastifyAdapter({ bodyLimit: 100 }),
      { bodyParser: false, logger: false },
    );
    app.useGlobalFilters(new Filter());
    app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
    await app.init();
  });
  afterAll(async () => {
    await app.close();
  });

  const json = { 'content-type': 'application/json' };

  it.each([
    ['a broken body', json, '{"messages": ["prompt', 400, 'invalid_json'],
    ['an empty body', json, '', 400, 'invalid_json'],
    ['a body that is too large', json, `"${'prompt'.repeat(50)}"`, 413, 'request_too_large'],
    ['a text', { 'content-type': 'text/plain' }, 'prompt', 415, 'unsupported_media_type'],
    ['no content type', { 'content-type': '' }, 'prompt', 415, 'unsupported_media_type'],
    ['a wrong length', { ...json, 'content-length': '3' }, '"prompt"', 400, 'bad_http_request'],
  ])('for %s is told without quoting it', async (_, headers, payload, status, code) => {
    const reply = await app.inject({ method: 'POST', url: '/echo', headers, payload });
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ error: { code, type: 'invalid_request_error' } });
    expect(reply.body).not.toContain('"prompt');
    expect(reply.body).not.toContain('promptprompt');
  });

  it.each([
    ['GET', '/nowhere', 'not_found', 'There is no GET /nowhere.'],
    ['GET', '/echo', 'not_found', 'There is no GET /echo.'],
    ['POST', '/v1/embeddings', 'endpoint_not_served', '/v1/embeddings is part of OpenAI'],
  ])('for %s %s is %s', async (method, url, code, message) => {
    const reply = await app.inject({ method: method as 'GET', url });
    expect(reply.statusCode).toBe(404);
    const { error } = reply.json<{ error: { code: string; message: string } }>();
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('for a fault of our own says nothing of it', async () => {
    const reply = await app.inject({ method: 'GET', url: '/broken' });
    expect(reply.statusCode).toBe(500);
    expect(reply.json()).toMatchObject({ error: { code: 'internal_error' } });
    expect(reply.body).not.toContain('secret');
  });
});

describe('toApiError', () => {
  it('leaves errors of the catalogue as they are', () => {
    const error = catalogue.shuttingDown();
    expect(toApiError(error, request)).toBe(error);
  });

  it.each([
    [new BadRequestException('quotes the prompt'), 400, 'bad_http_request'],
    [Object.assign(new Error(), { statusCode: 431 }), 431, 'bad_http_request'],
    [Object.assign(new Error(), { statusCode: 404 }), 404, 'not_found'],
    [new ServiceUnavailableException('inner'), 500, 'internal_error'],
    [Object.assign(new Error(), { statusCode: 302 }), 500, 'internal_error'],
    [Object.assign(new Error(), { statusCode: '400' }), 500, 'internal_error'],
    [Object.assign(new Error(), { statusCode: 400.00000000000006 }), 500, 'internal_error'],
    [Object.assign(new Error(), { code: 11 }), 500, 'internal_error'],
    ['a string', 500, 'internal_error'],
    [undefined, 500, 'internal_error'],
    [null, 500, 'internal_error'],
  ])('makes of %o status %i, %s', (thrown, status, code) => {
    const error = toApiError(thrown, request);
    expect(error).toMatchObject({ status, code });
    expect(error.message).not.toContain('prompt');
    if (status === 500) expect(error.cause).toBe(thrown);
  });

  it.each([
    '/v1/completions',
    '/v1/responses',
    '/v1/responses/r1',
    '/v1/audio/speech',
    '/v1/files',
    '/v1/containers/c1/files',
    '/v1/organization/usage/completions',
    '/v1/fine-tunes',
    '/v1/fine_tuning/jobs',
  ])('knows %s as an endpoint of OpenAI', (path) => {
    const error = toApiError({ statusCode: 404 }, { ...request, path });
    expect(error.code).toBe('endpoint_not_served');
  });

  it.each(['/v1/completionsx', '/v1', '/embeddings', '/v1/chat/completions'])(
    'does not take %s for one',
    (path) => {
      expect(toApiError({ statusCode: 404 }, { ...request, path }).code).toBe('not_found');
    },
  );
});
