import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open } from './support/chat.ts';
import { head, RawSocket } from './support/raw-socket.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const SHED = 'poe_proxy_shed_requests_total';
const MEGABYTE = 1024 * 1024;

describe('overload', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(async () => {
    await gateway.close();
    sandbox.reset();
  });

  /** A gateway for one request at a time, which it has got. */
  async function startFull(environment: Record<string, string> = {}, headers = {}) {
    gateway = await startGateway(sandbox.url, { MAX_INFLIGHT_REQUESTS: '1', ...environment });
    const running = open(gateway.url, ask('stall'), headers);
    running.on('error', () => undefined);
    await until('one request is served', () => sandbox.openCalls() === 1);
    return running;
  }

  it('is answered with 503 above the limit of requests, and served on below it', async () => {
    const running = await startFull();
    const refused = await chat(gateway.url, ask('ok', { stream: false }));
    expect(refused).toMatchObject({ status: 503, isComplete: true });
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.headers['x-request-id']).toMatch(/^req_/);
    expect(JSON.parse(refused.text)).toMatchObject({
      error: { type: 'server_error', code: 'overloaded', param: null },
    });
    const models = await fetch(`${gateway.url}/v1/models`);
    expect(models.status).toBe(503);
    expect(gateway.requests()).toMatchObject([
      { route: '/v1/chat/completions', status: 503, error: 'overloaded' },
      { route: '/v1/models', status: 503, error: 'overloaded' },
    ]);
    expect(await gateway.metric(`${SHED}{reason="inflight"}`)).toBe(2);
    expect(await gateway.metric('poe_proxy_requests_total')).toBe(2);
    expect(await gateway.metric('poe_proxy_inflight_requests')).toBe(1);
    running.destroy();
    await until('there is room', () => gateway.requests().length === 3);
    const served = await chat(gateway.url, ask('ok', { stream: false }));
    expect(served.status).toBe(200);
  });

  it('is no reason to be unhealthy, nor to hide from operators', async () => {
    const running = await startFull();
    for (const url of [
      `${gateway.url}/health/live`,
      `${gateway.url}/health/ready`,
      `${gateway.url}/`,
      `${gateway.managementUrl}/metrics`,
      `${gateway.managementUrl}/v1/models`,
    ]) {
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    }
    expect(await gateway.metric(SHED)).toBe(0);
    running.destroy();
  });

  it('comes before keys are looked at, and before the body is there', async () => {
    const secret = 'a-secret-of-16-characters';
    const running = await startFull(
      { PROXY_API_KEYS: `ci:${secret}` },
      { authorization: `Bearer ${secret}` },
    );
    const client = new RawSocket(gateway.url).send(head('content-length: 2'));
    await client.received('"overloaded"');
    expect(client.text).not.toMatch(/^connection: close/im);
    // The rest of a small body is read, and the connection is good for more.
    client.send('{}GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await client.received('{"status":"ok"}');
    client.socket.destroy();
    running.destroy();
  });

  it('does not wait for a large body, but lets its sender read the answer', async () => {
    const running = await startFull();
    const client = new RawSocket(gateway.url).send(head(`content-length: ${3 * MEGABYTE}`));
    await client.received(/\r\n\r\n\{"error".*"overloaded".*\}/);
    expect(client.text).toMatch(/^connection: close/im);
    expect(client.text).toMatch(/^content-length: \d+\r$/im);
    for (let sent = 0; sent < 2; sent += 1) client.send('x'.repeat(MEGABYTE));
    await until('all but the last of it was taken', () => client.socket.writableLength === 0);
    expect(client.isClosed).toBe(false);
    client.send('x'.repeat(MEGABYTE));
    await client.closed();
    running.destroy();
  });

  it('is told to a client that uploads 20 MB before it looks', async () => {
    const running = await startFull();
    const status = await new Promise((resolve, reject) => {
      const upload = request(
        `${gateway.url}/v1/chat/completions`,
        { method: 'POST', headers: { 'content-type': 'application/json' }, agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      upload.on('error', reject);
      upload.end('x'.repeat(20 * MEGABYTE));
    });
    expect(status).toBe(503);
    running.destroy();
  });

  it('is seen in an event loop that is late turn after turn', async () => {
    gateway = await startGateway(sandbox.url, { MAX_EVENT_LOOP_DELAY_MS: '20' });
    let isBusy = true;
    // Gateway and test share one loop: this delays all of it, and forever.
    const burn = () => {
      const end = performance.now() + 150;
      while (performance.now() < end);
      if (isBusy) setImmediate(burn);
    };
    burn();
    const said = (text: string) => gateway.log.some(({ msg }) => String(msg).startsWith(text));
    await until('it is noticed', () => said('the event loop is late'));
    const refused = await chat(gateway.url, ask('ok'));
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'overloaded' } });
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    isBusy = false;
    await until('it has recovered', () => said('the event loop is in time again'));
    expect((await chat(gateway.url, ask('ok'))).status).toBe(200);
    expect(await gateway.metric(`${SHED}{reason="event_loop"}`)).toBe(1);
  });
});
