import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open, type ChatBody } from './support/chat.ts';
import {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from './support/otlp-receiver.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const MODEL = 'GPT-5.4-Mini';
const PROMPT = 'canary-prompt-4711';
const ROUTE = 'POST /v1/chat/completions';
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const [, CALLERS_TRACE, CALLERS_SPAN] = CALLER.split('-');

let sandbox: Sandbox;
let receiver: OtlpReceiver;
let gateway: Gateway;

const environment = () => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  OTEL_BSP_SCHEDULE_DELAY: '20',
});

/** A prompt that the receiver must never see. */
const asking = (steps: string, more: ChatBody = {}) =>
  ask(steps, {
    messages: [{ role: 'user', content: `${PROMPT} [[sandbox: ${steps}]]` }],
    ...more,
  });

/** The request's own span once it has come, with those below it in the order of their ends. */
async function tree(parts: number): Promise<{ root: ReceivedSpan; parts: ReceivedSpan[] }> {
  const isRoot = ({ name }: ReceivedSpan) => name === ROUTE;
  await until(
    `the request and its ${parts} parts have come`,
    () => receiver.spans.some(isRoot) && receiver.spans.length > parts,
  );
  const root = receiver.spans.find(isRoot);
  if (!root) throw new Error('there is no such span');
  return { root, parts: receiver.spans.filter((span) => span !== root) };
}
const named = (spans: ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);

beforeAll(async () => {
  sandbox = await startSandbox({ requestsPerMinute: 100_000 });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await gateway.close();
  receiver.close();
});

describe('a trace', () => {
  beforeEach(async () => {
    gateway = await startGateway(sandbox.url, environment());
  });
  afterEach(() => {
    expect(receiver.bodies.join()).not.toContain('canary');
    expect(receiver.bodies.join()).not.toContain('sandbox-key');
  });

  it.each([true, false])('has a span for each part of an answer: stream %s', async (stream) => {
    const reply = await chat(gateway.url, asking('ok tokens=12', { stream }));
    const { root, parts } = await tree(5);
    expect(parts.map(({ name }) => name).sort()).toEqual([
      'attempt',
      'clip',
      'footer',
      'guard',
      'match',
    ]);
    for (const part of parts) {
      expect(part).toMatchObject({ parentSpanId: root.spanId, traceId: root.traceId });
      expect(part.isError).toBe(false);
      expect(part.durationMs).toBeLessThanOrEqual(root.durationMs);
    }
    expect(root).toMatchObject({ kind: 2, isError: false, parentSpanId: undefined });
    expect(root.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'poe',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.model': MODEL,
      'gen_ai.request.stream': stream,
      'gen_ai.usage.output_tokens': 12,
      'poe_proxy.outcome': 'completed',
      'poe_proxy.points_source': 'history',
      'poe_proxy.request_id': reply.headers['x-request-id'],
    });
    const [attempt] = named(parts, 'attempt');
    expect(attempt?.kind).toBe(3);
    expect(attempt?.attributes).toMatchObject({
      'gen_ai.request.model': MODEL,
      'http.response.status_code': 200,
      'gen_ai.usage.output_tokens': 12,
      'poe_proxy.account': 'default',
    });
    expect(attempt?.events.map(({ name }) => name)).toEqual(['first_token', 'commitment']);
    expect(named(parts, 'match')[0]?.attributes).toMatchObject({ 'poe_proxy.rows': 1 });
  });

  it('tells of an attempt that was repeated', async () => {
    await chat(gateway.url, asking('unavailable ok'));
    const { parts } = await tree(6);
    const [first, second] = named(parts, 'attempt');
    expect(first?.isError).toBe(true);
    expect(first?.attributes).toMatchObject({ 'error.type': '503', 'poe_proxy.attempt': 1 });
    expect(first?.events.map(({ name }) => name)).toEqual(['retry']);
    expect(first?.events[0]?.attributes['poe_proxy.delay_ms']).toBeGreaterThan(0);
    expect(second?.isError).toBe(false);
    expect(second?.attributes).toMatchObject({ 'poe_proxy.attempt': 2 });
    expect(second?.events.map(({ name }) => name)).toEqual(['first_token', 'commitment']);
  });

  it('tells of an attempt that was repaired', async () => {
    const body = asking('bad-request-param', { model: 'o3', temperature: 0.5 });
    await chat(gateway.url, body, { 'x-poe-proxy-footer': 'off' });
    const { root, parts } = await tree(4);
    const [first] = named(parts, 'attempt');
    expect(first?.events).toEqual([
      {
        name: 'retry',
        attributes: { 'poe_proxy.delay_ms': 0, 'poe_proxy.rungs': ['blamed-field'] },
      },
    ]);
    expect(root.attributes['poe_proxy.repairs']).toEqual(['temperature dropped']);
  });

  it('tells of a request that failed, without what Poe said', async () => {
    const reply = await chat(gateway.url, asking('insufficient-credits'));
    expect(reply.status).toBe(402);
    const { root, parts } = await tree(3);
    expect(root).toMatchObject({ isError: true });
    expect(root.attributes).toMatchObject({
      'error.type': '402',
      'http.response.status_code': 402,
      'poe_proxy.outcome': 'failed',
    });
    expect(root.attributes).not.toHaveProperty('gen_ai.response.model');
    expect(parts.map(({ name }) => name)).toEqual(['guard', 'clip', 'attempt']);
    expect(named(parts, 'attempt')[0]).toMatchObject({
      isError: true,
      attributes: { 'error.type': '402' },
    });
  });

  it('tells of an answer that broke in the middle', async () => {
    await chat(gateway.url, asking('cut-mid-stream'));
    const { root, parts } = await tree(3);
    expect(root.attributes).toMatchObject({ 'error.type': 'stream_error' });
    const [attempt] = named(parts, 'attempt');
    expect(attempt?.attributes).toMatchObject({ 'error.type': 'cut' });
    expect(attempt?.events.map(({ name }) => name)).toEqual(['first_token', 'commitment']);
  });

  it('tells of a client that left', async () => {
    const call = open(gateway.url, asking('ok delay=50 tokens=500'));
    await new Promise((resolve) => call.once('response', resolve));
    call.destroy();
    const { root, parts } = await tree(3);
    expect(root.attributes).toMatchObject({ 'error.type': 'abandoned' });
    expect(named(parts, 'attempt')[0]?.attributes).toMatchObject({ 'error.type': 'abandoned' });
  });

  it('tells which guard-kept request was refused', async () => {
    await chat(gateway.url, asking('ok', { model: 'nobody-has-this' }));
    const { root, parts } = await tree(1);
    expect(parts).toMatchObject([{ name: 'guard' }]);
    expect(root.attributes).toMatchObject({ 'error.type': '404' });
    expect(root.attributes).not.toHaveProperty('gen_ai.request.model');
  });

  it('is a part of its caller’s, who is told, and so is the log', async () => {
    const reply = await chat(gateway.url, asking('ok'), { traceparent: CALLER });
    const { root } = await tree(5);
    expect(root).toMatchObject({ traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN });
    expect(reply.headers.traceresponse).toBe(`00-${CALLERS_TRACE}-${root.spanId}-01`);
    expect(gateway.requests().at(-1)).toMatchObject({ trace_id: CALLERS_TRACE });
    // Poe is no part of it.
    expect(JSON.stringify(sandbox.journal)).not.toContain(CALLERS_TRACE);
  });

  it('is not kept where the caller says that it is not to be', async () => {
    const traceparent = CALLER.replace(/01$/, '00');
    const { headers } = await chat(gateway.url, asking('ok'), { traceparent });
    expect(headers.traceresponse).toMatch(new RegExp(`^00-${CALLERS_TRACE}-[0-9a-f]{16}-00$`));
    await chat(gateway.url, asking('ok'));
    await tree(5);
    expect(receiver.spans.map(({ traceId }) => traceId)).not.toContain(CALLERS_TRACE);
  });
});

describe('traces', () => {
  it('honour the standard variables', async () => {
    gateway = await startGateway(sandbox.url, {
      ...environment(),
      OTEL_SERVICE_NAME: 'gateway-of-the-data-team',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,k8s.pod.name=pod-1',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-receiver',
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    await chat(gateway.url, asking('ok'), { traceparent: CALLER.replace(/01$/, '00') });
    await tree(5);
    expect(receiver.resources[0]).toMatchObject({
      'service.name': 'gateway-of-the-data-team',
      'service.version': expect.stringMatching(/^\d/) as string,
      'deployment.environment.name': 'test',
      'k8s.pod.name': 'pod-1',
    });
    expect(receiver.requests[0]).toMatchObject({
      url: '/v1/traces',
      headers: { authorization: 'Bearer of-the-receiver', 'content-type': 'application/json' },
    });
  });

  it('are sampled as OTEL_TRACES_SAMPLER says', async () => {
    gateway = await startGateway(sandbox.url, {
      ...environment(),
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    const { headers } = await chat(gateway.url, asking('ok'), { traceparent: CALLER });
    expect(headers.traceresponse).toMatch(/-00$/);
    await gateway.close();
    expect(receiver.requests).toEqual([]);
  });

  it('are sent when the gateway ends', async () => {
    gateway = await startGateway(sandbox.url, {
      ...environment(),
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    await chat(gateway.url, asking('ok'));
    await until('it is over', () => gateway.requests().length === 1);
    expect(receiver.spans).toEqual([]);
    await gateway.close();
    expect(receiver.spans.map(({ name }) => name)).toContain(ROUTE);
  });

  it('that nobody takes fail no request, hold up no end, and are said to be lost once', async () => {
    gateway = await startGateway(sandbox.url, environment());
    receiver.mood.status = 400;
    for (let round = 0; round < 5; round++) {
      expect((await chat(gateway.url, asking('ok'), { 'x-poe-proxy-footer': 'off' })).status).toBe(
        200,
      );
      await sleep(30);
    }
    const lines = () => gateway.log.filter(({ msg }) => String(msg).startsWith('spans '));
    await until('several were refused', () => receiver.requests.length > 1);
    expect(lines()).toMatchObject([{ level: 'warn', reason: expect.anything() as string }]);
    receiver.mood.status = 200;
    await chat(gateway.url, asking('ok'));
    await until('it is said', () => lines().length === 2);
    expect(lines()[1]).toMatchObject({ level: 'info' });
  });

  it('that nobody is there for hold up neither requests nor the end', async () => {
    receiver.close();
    gateway = await startGateway(sandbox.url, environment());
    const reply = await chat(gateway.url, asking('ok'), { 'x-poe-proxy-footer': 'off' });
    expect(reply.status).toBe(200);
    const ended = gateway.close().then(() => 'ended');
    expect(await Promise.race([ended, sleep(5000, 'hangs', { ref: false })])).toBe('ended');
  });

  it('of callers are in the log all the same when none are kept here', async () => {
    gateway = await startGateway(sandbox.url, { OTEL_BSP_SCHEDULE_DELAY: '20' });
    const { headers } = await chat(gateway.url, asking('ok'), { traceparent: CALLER });
    expect(headers).not.toHaveProperty('traceresponse');
    expect(gateway.requests().at(-1)).toMatchObject({ trace_id: CALLERS_TRACE });
    await chat(gateway.url, asking('ok'));
    expect(gateway.requests().at(-1)).not.toHaveProperty('trace_id');
    expect(receiver.requests).toEqual([]);
  });
});
