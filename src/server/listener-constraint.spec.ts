import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenerConstraint, markAsManagement } from './listener-constraint.ts';

let app: FastifyInstance;
let management: Server;

beforeAll(async () => {
  app = fastify({ routerOptions: { constraints: { listener: listenerConstraint } } });
  app.get('/everywhere', () => 'everywhere');
  app.get('/metrics', { constraints: { listener: 'management' } }, () => 'metrics');
  app.get('/other', { constraints: { listener: 'public' } }, () => 'other');
  await app.listen({ port: 0, host: '127.0.0.1' });
  management = createServer((request, response) => {
    markAsManagement(request);
    app.routing(request, response);
  });
  await new Promise<void>((resolve) => management.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  management.closeAllConnections();
  management.close();
  await app.close();
});

async function statusOf(server: Server, path: string, headers = {}): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  await reply.arrayBuffer();
  return reply.status;
}

describe('listenerConstraint', () => {
  it.each([
    ['/everywhere', 200, 200],
    ['/metrics', 404, 200],
    ['/other', 200, 404],
    ['/nowhere', 404, 404],
  ])('answers %s with %i to users and %i to operators', async (path, toUsers, toOperators) => {
    expect(await statusOf(app.server, path)).toBe(toUsers);
    expect(await statusOf(management, path)).toBe(toOperators);
    // The one after it on the same connection is nobody else's.
    expect(await statusOf(app.server, path)).toBe(toUsers);
  });

  it('cannot be talked into it by a header', async () => {
    const headers = { listener: 'management', 'accept-version': 'management' };
    expect(await statusOf(app.server, '/metrics', headers)).toBe(404);
  });
});
