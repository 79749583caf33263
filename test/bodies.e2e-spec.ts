import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const MEGABYTE = 1024 * 1024;
const SECRET = 'a-secret-of-the-data-team';
const COMPLETIONS = '/v1/chat/completions';

describe('bodies that are not read', () => {
  let sandbox: Sandbox;
  let gateway: Gateway | undefined;
  const sockets: Socket[] = [];
  const start = async (environment: Record<string, string>) =>
    (gateway = await startGateway(sandbox.url, environment));

  /** Begins a request that announces 20 MB, sends one byte of them, and waits for the answer. */
  const announce = async (url: string, line: string, length = 'content-length: 20000000') => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    const head = [`${line} HTTP/1.1`, 'host: x', 'content-type: application/json', length];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(length.startsWith('content') ? '{' : '1\r\n{\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    return String(data);
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await gateway?.close();
  });

  it('are those of strangers who ask for what is not there', async () => {
    const { url } = await start({ PROXY_API_KEYS: `data:${SECRET}` });
    const paths = [
      '/nothing',
      '//v1/chat/completions',
      '/V1/CHAT/COMPLETIONS',
      '/v1%2fchat%2fcompletions',
      '/v1\\chat\\completions',
    ];
    for (const path of paths) {
      const answer = await announce(url, `POST ${path}`);
      expect(answer).toMatch(/^HTTP\/1.1 404 /);
      expect(answer).toContain('"code":"not_found"');
      expect(answer).toMatch(/^x-poe-proxy-overhead-ms: /m);
      expect(answer).toMatch(/^x-request-id: /m);
    }
    // Each is over when its client has stopped sending.
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(() => gateway?.requests().length).toBe(paths.length);
    for (const line of gateway?.requests() ?? []) {
      expect(line).toMatchObject({ status: 404, route: 'other', error: 'not_found' });
    }
    expect(await gateway?.metric('poe_proxy_inflight_requests')).toBe(0);
  });

  it('are those that come with a method or to a path that takes none', async () => {
    const { url } = await start({ CORS_ORIGINS: '*' });
    for (const line of [
      `PUT ${COMPLETIONS}`,
      `PATCH ${COMPLETIONS}`,
      `DELETE ${COMPLETIONS}`,
      'OPTIONS /nothing',
      'POST /v1/embeddings',
      'POST /v1/models',
      'POST /health/live',
    ]) {
      const answer = await announce(url, line);
      expect(answer, line).toMatch(/^HTTP\/1.1 (?:40[04]|204) /);
    }
  });

  it.each(['content-length: 20000000', 'transfer-encoding: chunked'])(
    'are those of a client that has used up its window, with %s',
    async (length) => {
      const { url } = await start({ RATE_LIMIT_REQUESTS: '2' });
      for (let nth = 0; nth < 2; nth++) await fetch(`${url}/v1/models`);
      const answer = await announce(url, `POST ${COMPLETIONS}`, length);
      expect(answer).toMatch(/^HTTP\/1.1 429 /);
      expect(answer).toContain('"code":"rate_limit_exceeded"');
      expect(answer).toMatch(/^x-ratelimit-remaining-requests: 0\r$/m);
      expect(answer).toMatch(/^retry-after: \d+\r$/m);
    },
  );

  it('are those that announce to be too large', async () => {
    const { url } = await start({ BODY_LIMIT_MB: '1' });
    const answer = await announce(url, `POST ${COMPLETIONS}`);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"code":"request_too_large"');
  });

  it('are large ones while others hold as much as there is room for', async () => {
    const { url } = await start({});
    const room = getHeapStatistics().heap_size_limit / 16;
    const megabyte = Buffer.alloc(MEGABYTE, 'a');
    const upload = async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.write(
        `POST ${COMPLETIONS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${25 * MEGABYTE}\r\n\r\n{"x":"`,
      );
      for (let nth = 0; nth < 24; nth++) {
        if (!socket.write(megabyte)) await once(socket, 'drain');
      }
    };
    for (let held = 0; held <= room; held += 24 * MEGABYTE) await upload();
    await expect.poll(() => announce(url, `POST ${COMPLETIONS}`)).toMatch(/"code":"overloaded"/);
    const answer = await announce(url, `POST ${COMPLETIONS}`);
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer).toMatch(/^retry-after: 1\r$/m);
    expect((await chat(url, ask('ok', { stream: false }))).status).toBe(200);

    for (const socket of sockets.splice(0)) socket.destroy();
    const large = ask('ok', { stream: false, metadata: { x: 'x'.repeat(20 * MEGABYTE) } });
    await expect.poll(async () => (await chat(url, large)).status).toBe(200);
  });

  it('leave the way free for the next request on the connection, if they are small', async () => {
    const { url } = await start({});
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    const small = 32 * 1024;
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.write(
      `POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${small}\r\n\r\n`,
    );
    socket.write('x'.repeat(small));
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });
});

describe('bodies made to hurt', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url);
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it.each([
    ['a million values', `{"messages":[${'{},'.repeat(1_000_000)}{}]}`, /more than 250000 values/],
    ['a million levels', `{"messages":${'['.repeat(1_000_000)}`, /deeper than 1000 levels/],
    [
      'a thousand members',
      JSON.stringify(
        ask('ok', Object.fromEntries(Array.from({ length: 1000 }, (_, nth) => [`f${nth}`, 1]))),
      ),
      /1003 members; at most 100/,
    ],
  ])('are refused: %s', async (_what, body, message) => {
    const reply = await chat(gateway.url, body);
    expect(reply.status).toBe(400);
    const { error } = JSON.parse(reply.text) as { error: { code: string; message: string } };
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(message);
  });

  it('are not those with large pictures', async () => {
    const url = `data:image/png;base64,${'QUJD'.repeat(2 * MEGABYTE)}`;
    const content = [
      { type: 'text', text: '[[sandbox: ok]]' },
      { type: 'image_url', image_url: { url } },
    ];
    const reply = await chat(
      gateway.url,
      ask('', { stream: false, messages: [{ role: 'user', content }] }),
    );
    expect(reply.status).toBe(200);
  });
});
