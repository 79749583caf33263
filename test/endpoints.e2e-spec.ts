import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

describe('the endpoints around chat', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let forBrowsers: Gateway;
  let forAnyBrowser: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' });
    forBrowsers = await startGateway(sandbox.url, { CORS_ORIGINS: 'https://chat.corp.com' });
    forAnyBrowser = await startGateway(sandbox.url, {
      CORS_ORIGINS: '*',
      PROXY_API_KEYS: 'web:a-secret-of-browsers',
      SOURCE_URL: 'https://code.corp.com/poe-proxy',
    });
  });
  afterAll(async () => {
    await gateway.close();
    await forBrowsers.close();
    await forAnyBrowser.close();
    await sandbox.close();
  });

  it('count what was asked, by route, model, team and status', async () => {
    await chat(gateway.url, ask('ok'));
    await chat(gateway.url, ask('insufficient-credits', { model: 'GPT-4.1' }));
    await chat(gateway.url, ask('ok', { model: 'nobody-has-this' }));
    await chat(gateway.url, ask('cut-mid-stream'));
    const count = (labels: string) => gateway.metric(`poe_proxy_requests_total{${labels}}`);
    const route = 'route="/v1/chat/completions"';
    expect(await count(`${route},model="GPT-5.4-Mini",team="default",status="200"`)).toBe(2);
    expect(await count(`${route},model="GPT-4.1",team="default",status="402"`)).toBe(1);
    // A stranger's word is no label.
    expect(await count(`${route},model="other",team="default",status="404"`)).toBe(1);
    expect(await gateway.metric('poe_proxy_stream_ends_total{reason="completed"}')).toBe(1);
    expect(await gateway.metric('poe_proxy_stream_ends_total{reason="failed"}')).toBe(1);
    expect(await gateway.metric('poe_proxy_upstream_attempts_total{outcome="completed"}')).toBe(1);
    expect(await gateway.metric('poe_proxy_upstream_attempts_total{outcome="refused"}')).toBe(1);
    expect(await gateway.metric('poe_proxy_upstream_attempts_total{outcome="cut"}')).toBe(1);
    expect(await gateway.metric('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    // None of the checks above was counted.
    expect(await gateway.metric('poe_proxy_requests_total')).toBe(4);

    await chat(gateway.url, ask('malformed-frame'));
    expect(await gateway.metric('poe_proxy_skipped_frames_total')).toBe(1);
    await chat(gateway.url, ask('bad-request-param', { model: 'o3', temperature: 0.5 }));
    expect(await gateway.metric('poe_proxy_repairs_total')).toBe(1);
  });

  it('count the points that the ledger shows, whether an answer waited for them or not', async () => {
    const model = 'Kimi-K2.5';
    await chat(gateway.url, ask('ok', { model }));
    const points = sandbox.ledger.find(({ bot_name: bot }) => bot === model)?.cost_points;
    expect(points).toBeGreaterThan(0);
    const counted = `poe_proxy_points_total{model="${model}",team="default",source="history"}`;
    await until('it is booked', async () => (await gateway.metric(counted)) === points);
  });

  it('log one line for a request, with what it was and cost', async () => {
    await chat(gateway.url, ask('ok tokens=20', { model: 'Claude-Haiku-4.5', stream: false }));
    expect(gateway.requests().at(-1)).toMatchObject({
      level: 'info',
      request_id: expect.stringMatching(/^req_/) as string,
      caller: 'anonymous',
      method: 'POST',
      route: '/v1/chat/completions',
      status: 200,
      outcome: 'completed',
      model: 'Claude-Haiku-4.5',
      stream: false,
      attempts: 1,
      prompt_tokens: expect.any(Number) as number,
      completion_tokens: 20,
      points: expect.any(Number) as number,
      duration_ms: expect.any(Number) as number,
      overhead_ms: expect.any(Number) as number,
    });
  });

  it('find a model by an alias and with a vendor prefix', async () => {
    for (const id of ['gpt-4.1', 'openai%2FGPT-4.1']) {
      const response = await fetch(`${gateway.url}/v1/models/${id}`);
      expect(await response.json()).toMatchObject({ id: 'GPT-4.1' });
    }
  });

  it('are closed to browsers unless their origin is named', async () => {
    const preflight = (url: string, origin: string) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const allowed = (response: Response) => response.headers.get('access-control-allow-origin');
    const closed = await preflight(gateway.url, 'https://chat.corp.com');
    expect([closed.status, allowed(closed)]).toEqual([404, null]);
    const evil = await preflight(forBrowsers.url, 'https://evil.com');
    expect([evil.status, allowed(evil)]).toEqual([204, null]);
    const good = await preflight(forBrowsers.url, 'https://chat.corp.com');
    expect([good.status, allowed(good)]).toEqual([204, 'https://chat.corp.com']);
    // It cannot carry a key.
    const any = await preflight(forAnyBrowser.url, 'https://evil.com');
    expect([any.status, allowed(any)]).toEqual([204, '*']);
    const reply = await chat(forBrowsers.url, ask('ok'), { origin: 'https://chat.corp.com' });
    expect(reply.headers['access-control-allow-origin']).toBe('https://chat.corp.com');
  });

  it('answer a preflight as they answer all: with our headers and a line in the log', async () => {
    // Browsers send more, but whoever looks for life sends it bare.
    const bare = await fetch(`${forBrowsers.url}/v1/models`, { method: 'OPTIONS' });
    expect([bare.status, await bare.text()]).toEqual([204, '']);
    const id = bare.headers.get('x-request-id');
    expect(id).toMatch(/^req_/);
    expect(bare.headers.get('x-poe-proxy-overhead-ms')).toMatch(/^\d/);
    expect(bare.headers.get('x-content-type-options')).toBe('nosniff');
    await until('it is logged', () => forBrowsers.requests().at(-1)?.request_id === id);
    expect(forBrowsers.requests().at(-1)).toMatchObject({ method: 'OPTIONS', status: 204 });
  });

  it('say where the source is that is run here', async () => {
    expect(await (await fetch(forAnyBrowser.url)).json()).toMatchObject({
      source: 'https://code.corp.com/poe-proxy',
    });
  });

  it.each(['/health/live', '/health/ready', '/health/startup', '/', '/v1/models'])(
    'HEAD %s',
    async (path) => {
      const response = await fetch(gateway.url + path, { method: 'HEAD' });
      expect(response.status).toBe(200);
    },
  );
});
