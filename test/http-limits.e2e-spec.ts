import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import type { HttpLimits } from '../src/config/http-limits.ts';
import { ask } from './support/chat.ts';
import { head, RawSocket } from './support/raw-socket.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const GET = 'GET /health/live HTTP/1.1\r\nhost: x\r\n';
/** Too long for whatever is tested without them. */
const NEVER_MS = 600_000;

const sockets: RawSocket[] = [];
const open = (url: string, isRude = false) => {
  const socket = new RawSocket(url, isRude);
  sockets.push(socket);
  return socket;
};
/** Status and error of the only answer that came, which must be whole. */
function refusal({ text }: RawSocket) {
  const [, status, headers = '', body = ''] =
    /^HTTP\/1.1 (\d+) [^\r]*\r\n([^]*?)\r\n\r\n([^]*)$/.exec(text) ?? [];
  expect(headers).toMatch(/^connection: close/im);
  expect(headers).toMatch(new RegExp(`^content-length: ${body.length}`, 'im'));
  const { error } = JSON.parse(body) as { error: { code: string; type: string } };
  return [Number(status), error.type, error.code];
}
const invalid = (status: number) => [status, 'invalid_request_error', 'bad_http_request'];

let sandbox: Sandbox;
let gateway: Gateway;

function start(limits: Partial<HttpLimits>, environment: Record<string, string> = {}) {
  return startGateway(sandbox.url, environment, (config) => ({
    ...config,
    server: { ...config.server, http: { ...config.server.http, checkIntervalMs: 20, ...limits } },
  }));
}

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  await gateway.close();
});

describe.each(['url', 'managementUrl'] as const)('at the %s', (listener) => {
  it('headers that dribble are answered 408 and cut off', async () => {
    gateway = await start({ headersTimeoutMs: 100 });
    const slow = open(gateway[listener], true).send(GET);
    await slow.dribble('x: y\r\n');
    expect(refusal(slow)).toEqual(invalid(408));
  });

  it('a socket that says nothing is closed', async () => {
    gateway = await start({ headersTimeoutMs: 100 });
    const silent = open(gateway[listener]);
    await silent.received('bad_http_request');
    await silent.closed();
    expect(refusal(silent)).toEqual(invalid(408));
  });

  it('a body that dribbles is answered 408 and cut off', async () => {
    gateway = await start({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const slow = open(gateway[listener], true).send(head('content-length: 1000000'));
    await slow.dribble('{');
    expect(refusal(slow)).toEqual(invalid(408));
    await until('it is logged', () => gateway.requests().length === 1);
    expect(gateway.requests()).toMatchObject([{ route: '/v1/chat/completions', status: 408 }]);
    expect(await gateway.metric('poe_proxy_inflight_requests')).toBe(0);
  });

  it('a request whose end comes after its 408 is not served', async () => {
    gateway = await start({ headersTimeoutMs: 100 });
    const body = JSON.stringify(ask('ok'));
    const whole = head(`content-length: ${body.length}`) + body;
    const late = open(gateway[listener], true).send(whole.slice(0, 40));
    await late.received('bad_http_request');
    late.send(whole.slice(40));
    await late.dribble(' ');
    expect(refusal(late)).toEqual(invalid(408));
    expect(gateway.requests()).toEqual([]);
  });

  it('headers without end are refused, and the refusal arrives', async () => {
    gateway = await start({ maxHeaderBytes: 8 * 1024 });
    const flood = open(gateway[listener], true).send(GET);
    await flood.dribble(`x: ${'x'.repeat(1000)}\r\n`);
    expect(refusal(flood)).toEqual(invalid(431));
  });

  it('extensions of chunks without end are refused', async () => {
    gateway = await start({});
    const flood = open(gateway[listener], true);
    flood.send(`${head('transfer-encoding: chunked')}1;`);
    await flood.dribble('x'.repeat(1000));
    expect(refusal(flood)).toEqual(invalid(413));
  });

  it('a body that is missing behind its answer gets no second one', async () => {
    gateway = await start({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const answered = open(gateway[listener]);
    answered.send('POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n');
    await answered.received('"not_found"');
    await answered.closed();
    expect(answered.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  });

  it.each([
    [20, 200],
    [21, 431],
  ])('of %i headers in all, where 20 are allowed, it makes a %i', async (count, status) => {
    gateway = await start({ maxHeaders: 20 });
    const other = Array.from({ length: count - 2 }, (_, index) => `x${index}: y\r\n`);
    const client = open(gateway[listener]);
    client.send(`${GET}connection: close\r\n${other.join('')}\r\n`);
    await client.closed();
    expect(client.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(status === 200 || refusal(client)).toEqual(status === 200 || invalid(431));
  });

  it('an idle socket is closed without a word, after one answer or two', async () => {
    gateway = await start({ keepAliveTimeoutMs: 50 });
    const idle = open(gateway[listener]).send(`${GET}\r\n`);
    await idle.received('"ok"');
    idle.send(`${GET}\r\n`);
    await idle.received(/"ok"[^]*"ok"/);
    await idle.closed();
    expect(idle.text.match(/HTTP\/1.1 200/g)).toHaveLength(2);
  });

  it('sockets above their number are dropped, the others served', async () => {
    gateway = await start({ maxConnections: 2 });
    const first = open(gateway[listener]).send(`${GET}\r\n`);
    const second = open(gateway[listener]).send(`${GET}\r\n`);
    await first.received('"ok"');
    await second.received('"ok"');
    const third = open(gateway[listener]).send(`${GET}\r\n`);
    await third.closed();
    expect(third.text).toBe('');
    await first.send(`${GET}\r\n`).received(/"ok"[^]*"ok"/);
    second.socket.destroy();
    await until('there is room again', async () => {
      const again = open(gateway[listener]).send(`${GET}\r\n`);
      await until('it is decided', () => again.isClosed || again.text !== '');
      return again.text.includes('"ok"');
    });
  });

  it.runIf(process.platform === 'linux')('TCP looks whether the other side is there', async () => {
    gateway = await start({ tcpKeepAliveDelayMs: 30_000 });
    const client = open(gateway[listener]).send(`${GET}\r\n`);
    await client.received('"ok"');
    const hex = (port: number | undefined) =>
      (port ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const [own, its] = [hex(client.socket.localPort), hex(client.socket.remotePort)];
    const accepted = readFileSync('/proc/self/net/tcp', 'utf8')
      .split('\n')
      .find(
        (line) =>
          line.includes(`:${its} `) &&
          line.includes(`:${own} `) &&
          line.indexOf(its) < line.indexOf(`:${own} `),
      );
    // The sixth column: which timer runs (02: keep-alive), and when it fires, 1/100 s.
    const [timer, ticks] = accepted?.trim().split(/\s+/)[5]?.split(':') ?? [];
    expect(timer).toBe('02');
    expect(Number.parseInt(ticks ?? '', 16)).toBeLessThanOrEqual(3000);
  });
});

it('drops of connections are counted', async () => {
  gateway = await start({ maxConnections: 1 });
  await open(gateway.url).send(`${GET}\r\n`).received('"ok"');
  await open(gateway.url).closed();
  expect(await gateway.metric('poe_proxy_shed_requests_total{reason="connections"}')).toBe(1);
});

it('idle sockets outlive those of load balancers, and clients are told', async () => {
  gateway = await start({});
  for (const url of [gateway.url, gateway.managementUrl]) {
    const client = open(url).send(`${GET}\r\n`);
    await client.received(/^keep-alive: timeout=75\r$/im);
  }
});

it('a chunked body above BODY_LIMIT_MB is refused, though it never says its length', async () => {
  gateway = await start({ requestTimeoutMs: NEVER_MS }, { BODY_LIMIT_MB: '1' });
  const client = open(gateway.url).send(head('transfer-encoding: chunked'));
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  await until('it is refused', () => {
    client.send(chunk);
    return client.text.includes('request_too_large');
  });
  // Still open: whoever sends on may read the answer first.
  expect(client.isClosed).toBe(false);
  client.send('0\r\n\r\n');
  await client.closed();
  expect(refusal(client)).toEqual([413, 'invalid_request_error', 'request_too_large']);
  expect(gateway.requests()).toMatchObject([{ status: 413, error: 'request_too_large' }]);
});

it('rubbish behind a request is no part of the answer that runs', async () => {
  gateway = await start({});
  const body = JSON.stringify(ask('stall'));
  const client = open(gateway.url).send(head(`content-length: ${body.length}`) + body);
  await client.received('"content"');
  client.send('RUBBISH\r\n\r\n');
  await client.closed();
  expect(client.text).not.toContain('bad_http_request');
  expect(client.text).not.toContain('[DONE]');
  await until('Poe sees the caller leave', () => sandbox.openCalls() === 0);
});
