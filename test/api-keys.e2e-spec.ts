import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const SECRET = 'a-secret-of-the-data-team';

describe('a gateway with keys', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, {
      PROXY_API_KEYS: `data:${SECRET}, web:another-long-secret-0`,
    });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it.each([
    ['none', {}],
    ['a wrong one', { authorization: `Bearer ${SECRET}x` }],
    ['another scheme', { authorization: `Basic ${SECRET}` }],
    ["Poe's own", { authorization: 'Bearer sandbox-key' }],
    ['a name', { authorization: 'Bearer data' }],
  ])('refuses %s with 401', async (_what, headers) => {
    const reply = await chat(gateway.url, ask('ok'), headers);
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'invalid_api_key' } });
    // Refused early or not, it is a reply like others.
    expect(reply.headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^req_/) as string,
      'x-poe-proxy-overhead-ms': expect.stringMatching(/^\d/) as string,
    });
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(401);
  });

  it('takes the right one, and logs whose it is', async () => {
    const headers = { authorization: `Bearer ${SECRET}` };
    const reply = await chat(gateway.url, ask('ok', { stream: false }), headers);
    expect(reply.status).toBe(200);
    expect(gateway.requests().at(-1)).toMatchObject({ caller: 'data', status: 200 });
  });

  it.each([
    '/v1/chat/completions',
    // The router knows it for the same.
    '/%761/chat/completions',
  ])('refuses a stranger before his body was sent to %s', async (path) => {
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n{`,
    );
    const [answer] = await new Promise<Buffer[]>((resolve) =>
      socket.once('data', (data) => {
        resolve([data]);
      }),
    );
    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });

  it('names its own key as the culprit when Poe refuses that', async () => {
    const headers = { authorization: `Bearer ${SECRET}` };
    const reply = await chat(gateway.url, ask('invalid-key', { stream: false }), headers);
    expect(reply.status).toBe(502);
    expect(reply.headers['x-should-retry']).toBe('false');
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'upstream_auth' } });
  });

  it('leaves health and the about page open', async () => {
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    expect((await fetch(gateway.url)).status).toBe(200);
  });
});

describe('guessing keys', () => {
  it('has the limit of the address', async () => {
    const sandbox = await startSandbox();
    const gateway = await startGateway(sandbox.url, {
      PROXY_API_KEYS: `data:${SECRET}`,
      RATE_LIMIT_REQUESTS: '3',
    });
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++) {
      const headers = { authorization: `Bearer guess-number-${guess}-of-many` };
      statuses.push((await chat(gateway.url, ask('ok'), headers)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await gateway.close();
    await sandbox.close();
  });
});
