import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { createAdapter } from './create-adapter.ts';

/** What the adapter's server makes of bytes on `socket` that are no HTTP. */
function fail(socket: PassThrough, code: string): void {
  const adapter = createAdapter(loadConfig({ POE_API_KEY: 'a-key' }));
  const { server } = adapter.getInstance<FastifyInstance>();
  server.emit('clientError', Object.assign(new Error(), { code }), socket);
}

it('answers what is no HTTP in the envelope, and hangs up', () => {
  const socket = new PassThrough();
  fail(socket, 'HPE_INVALID_METHOD');
  expect(String(socket.read())).toMatch(/^HTTP\/1\.1 400 [^]*connection: close\r\n[^]*bad_http/);
  expect(socket.writableEnded).toBe(true);
});

it('destroys a socket that takes no answer any more: it would stay for ever', async () => {
  const socket = new PassThrough();
  const errors: unknown[] = [];
  socket.on('error', (error) => errors.push(error));
  socket.end();
  fail(socket, 'HPE_INVALID_METHOD');
  await new Promise(setImmediate);
  expect(socket.destroyed).toBe(true);
  expect(errors).toEqual([]);
});
