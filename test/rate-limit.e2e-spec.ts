import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

describe('the limit of requests per client address', () => {
  let sandbox: Sandbox;
  let gateway: Gateway | undefined;
  const start = async (environment: Record<string, string>) =>
    (gateway = await startGateway(sandbox.url, {
      RATE_LIMIT_REQUESTS: '3',
      RATE_LIMIT_WINDOW_SECONDS: '50',
      ...environment,
    }));
  const list = (url: string, forwardedFor?: string) =>
    fetch(`${url}/v1/models`, forwardedFor ? { headers: { 'x-forwarded-for': forwardedFor } } : {});

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(() => gateway?.close());

  it('counts down, then refuses with what a client needs to wait', async () => {
    const { url } = await start({});
    const headers = [];
    for (let request = 0; request < 3; request++) headers.push((await list(url)).headers);
    expect(headers.map((each) => each.get('x-ratelimit-remaining-requests'))).toEqual([
      '2',
      '1',
      '0',
    ]);
    expect(headers[0]?.get('x-ratelimit-limit-requests')).toBe('3');
    expect(headers[0]?.get('x-ratelimit-reset-requests')).toBe('50s');

    const refused = await list(url);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(await refused.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    });
  });

  it('is shared by all routes, while health stays free', async () => {
    const { url } = await start({});
    for (let request = 0; request < 3; request++) await list(url);
    expect((await chat(url, ask('ok'))).status).toBe(429);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('does not believe X-Forwarded-For of strangers', async () => {
    const { url } = await start({});
    for (let request = 0; request < 3; request++) await list(url, `10.0.0.${request}`);
    expect((await list(url, '10.0.0.99')).status).toBe(429);
  });

  it('believes a trusted proxy, but not what a client put in front', async () => {
    const { url } = await start({ TRUSTED_PROXIES: '127.0.0.0/8' });
    for (let request = 0; request < 3; request++) await list(url, `6.6.6.${request}, 203.0.113.7`);
    expect((await list(url, '6.6.6.9, 203.0.113.7')).status).toBe(429);
    expect((await list(url, '203.0.113.8')).status).toBe(200);
  });

  it('believes as many hops as it is told, and no entry in front of theirs', async () => {
    const { url } = await start({ TRUSTED_PROXIES: '1' });
    for (let request = 0; request < 3; request++) await list(url, `6.6.6.${request}, 203.0.113.7`);
    expect((await list(url, '6.6.6.9, 203.0.113.7')).status).toBe(429);
    expect((await list(url, '6.6.6.0, 203.0.113.8')).status).toBe(200);
  });

  it('takes a /64 of IPv6 for one client', async () => {
    const { url } = await start({ TRUSTED_PROXIES: '1' });
    for (let request = 1; request <= 3; request++) await list(url, `2001:db8:1:2::${request}`);
    expect((await list(url, '2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await list(url, '2001:db8:1:3::1')).status).toBe(200);
  });

  it('0 switches it off', async () => {
    const { url } = await start({ RATE_LIMIT_REQUESTS: '0' });
    for (let request = 0; request < 5; request++) expect((await list(url)).status).toBe(200);
  });
});
