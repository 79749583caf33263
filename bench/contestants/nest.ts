import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Post, StreamableFile } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Pool } from 'undici';

/**
 * An empty Nest application that answers what upstream answers: what the framework costs.
 * Decorators are called as functions, because Node runs this file as it is and knows no others.
 */
const { UPSTREAM = '', PORT } = process.env;
const pool = new Pool(UPSTREAM);

class ProxyController {
  health(): string {
    return 'ok';
  }

  async complete(body: unknown): Promise<StreamableFile> {
    const upstream = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
      body: JSON.stringify(body),
    });
    return new StreamableFile(upstream.body, { type: String(upstream.headers['content-type']) });
  }
}

decorate('health', [Get('health')]);
decorate('complete', [Post('v1/chat/completions'), HttpCode(200)]);
Body()(ProxyController.prototype, 'complete', 0);
Controller()(ProxyController);

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what is in it is added below
class ProxyModule {}
Module({ controllers: [ProxyController] })(ProxyModule);

const app = await NestFactory.create<NestFastifyApplication>(
  ProxyModule,
  new FastifyAdapter({ bodyLimit: 32 * 1024 * 1024, keepAliveTimeout: 600_000 }),
  { logger: ['error'] },
);
await app.listen(Number(PORT), '127.0.0.1');

function decorate(method: 'health' | 'complete', decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(ProxyController.prototype, method);
  if (!descriptor) throw new Error(`no method ${method}`);
  for (const decorator of decorators) decorator(ProxyController.prototype, method, descriptor);
}
