import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it, vi } from 'vitest';
import { BudgetWebhook, type BudgetEvent } from './budget-webhook.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const event = { budget: 'b', percent: 80, spent: 8, limit: 10 } as BudgetEvent;

async function receive(answer: (count: number, response: ServerResponse) => void) {
  const got: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      got.push({ request, body });
      answer(got.length, response);
    });
  }).listen(0, '127.0.0.1');
  cleanUps.push(
    () => server.close(),
    () => {
      server.closeAllConnections();
    },
  );
  await once(server, 'listening');
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-secret` };
}

function webhook(url: string, pausesMs: readonly number[] = [0, 0]) {
  const warned: unknown[] = [];
  const log = {
    info: () => undefined,
    warn: (facts: object) => warned.push(facts),
    error: () => undefined,
  };
  const hook = new BudgetWebhook(url, log, pausesMs);
  cleanUps.push(() => {
    hook.onApplicationShutdown();
  });
  return { hook, warned };
}

it('posts an event as JSON, once if it is taken', async () => {
  const { got, url } = await receive((_, response) => response.writeHead(204).end());
  const { hook, warned } = webhook(url);
  hook.post(event);
  await vi.waitUntil(() => got.length > 0);
  hook.post({ ...event, percent: 100 });
  await vi.waitUntil(() => got.length > 1);
  expect(got.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    event,
    { ...event, percent: 100 },
  ]);
  expect(got[0]?.request).toMatchObject({ method: 'POST', url: '/hook-secret' });
  expect(got[0]?.request.headers['content-type']).toBe('application/json');
  expect(warned).toEqual([]);
});

it('tries again after an error, a redirection and a broken connection', async () => {
  const { got, url } = await receive((count, response) => {
    if (count === 1) response.writeHead(500).end();
    else if (count === 2) response.writeHead(302, { location: '/elsewhere' }).end();
    else if (count === 3) response.destroy();
    else response.end();
  });
  const { hook, warned } = webhook(url, [0, 0, 0, 0]);
  hook.post(event);
  await vi.waitUntil(() => got.length === 4);
  expect(got.map(({ request }) => request.url)).toEqual(Array(4).fill('/hook-secret'));
  expect(warned).toEqual([]);
});

it('gives up at last, and says so without the address', async () => {
  const { got, url } = await receive((_, response) => response.writeHead(503).end());
  const { hook, warned } = webhook(url);
  hook.post(event);
  await vi.waitUntil(() => warned.length > 0);
  expect(got).toHaveLength(3);
  expect(warned).toEqual([{ budget: 'b', percent: 80, reason: 'status 503' }]);
});

it('says what it could not deliver when the process ends', async () => {
  const { got, url } = await receive((_, response) => response.writeHead(503).end());
  const { hook, warned } = webhook(url, [3_600_000]);
  hook.post(event);
  await vi.waitUntil(() => got.length > 0);
  hook.onApplicationShutdown();
  await vi.waitUntil(() => warned.length > 0);
  expect(got).toHaveLength(1);
});
