import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

interface Completion {
  choices: { message: { content: string }; finish_reason: string }[];
  poe_proxy: { attempts: number };
}

/** Nothing of a JSON answer is sent before all of it is there, so each of these is tried again. */
const RETRIED: Record<string, string> = {
  'cut-mid-stream': 'cut',
  'cut-mid-json': 'cut',
  'silent-end-empty': 'cut',
  'error-event': 'cut',
  'event-error': 'cut',
  'error-event-first': 'cut',
  reset: 'cut',
  'reset-after-headers': 'cut',
  'html-200': 'completed',
  unavailable: 'completed',
  'bad-gateway': 'completed',
  overloaded: 'completed',
};

/** [steps, status, code, calls of Poe, headers of the client] */
const EXHAUSTED: [string, number, string, number, Record<string, string>][] = [
  ['unavailable', 503, 'upstream_error', 4, {}],
  ['overloaded', 503, 'upstream_error', 4, {}],
  ['provider-error', 502, 'upstream_error', 4, {}],
  ['gateway-timeout-524', 504, 'upstream_error', 4, {}],
  ['provider-quota', 429, 'rate_limit_exceeded', 4, {}],
  ['timeout', 408, 'upstream_timeout', 4, {}],
  ['reset', 502, 'upstream_unreachable', 4, {}],
  ['cut-mid-json', 502, 'upstream_cut_off', 4, {}],
  // A longer pause than the gateway would make is the client's to make.
  ['unavailable-retry-after after=61', 503, 'upstream_error', 1, {}],
  // The official SDKs repeat requests themselves, and say how often they did.
  ['unavailable id=second', 503, 'upstream_error', 2, { 'x-stainless-retry-count': '2' }],
  ['unavailable id=last', 503, 'upstream_error', 1, { 'x-stainless-retry-count': '9' }],
];

describe('failures of an answer in JSON', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const callsOf = (id: string) =>
    sandbox.journal.filter(({ body }) => JSON.stringify(body ?? '').includes(id));

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' }, (config) => ({
      ...config,
      poe: { ...config.poe, callTimeoutMs: 8000 },
    }));
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it.concurrent.each(Object.entries(RETRIED))('%s: tried again', async (scenario, first) => {
    const id = `id=json-${scenario}`;
    const body = ask(`${scenario} ok ${id}`, { stream: false });
    const reply = await chat(gateway.url, body);
    expect(reply.status).toBe(200);
    const completion = JSON.parse(reply.text) as Completion;
    expect(completion.choices[0]?.message.content).not.toBe('');
    expect(completion.poe_proxy.attempts).toBe(2);
    expect(callsOf(`${id}]]`).map(({ outcome }) => outcome)).toEqual([first, 'completed']);
  });

  it.concurrent.each(EXHAUSTED)(
    '%s for good: %i %s after %i calls',
    async (steps, status, code, calls, headers) => {
      const id = `id=good-${code}-${calls}`;
      const body = ask(`${steps} ${id}`, { stream: false });
      const reply = await chat(gateway.url, body, headers);
      const { error } = JSON.parse(reply.text) as { error: { code: string } };
      expect([reply.status, error.code]).toEqual([status, code]);
      expect(callsOf(`[[sandbox: ${steps} ${id}]]`)).toHaveLength(calls);
    },
  );

  it('passes Retry-After on', async () => {
    const body = ask('unavailable-retry-after after=90', { stream: false });
    const reply = await chat(gateway.url, body);
    expect(reply.headers['retry-after']).toBe('90');
  });

  it('never makes more than six calls, repairs and retries together', async () => {
    const id = 'id=six';
    const steps = 'unavailable bad-request-any-optional unavailable bad-request-any-optional';
    const body = ask(`${steps} bad-request-nested unavailable unavailable ok ${id}`, {
      stream: false,
      model: 'Grok-4',
      top_p: 0.5,
      max_tokens: 10,
      foreign: 1,
    });
    const reply = await chat(gateway.url, body);
    // The sixth call met a passing failure, not a refusal: trying again may help.
    expect(reply.status).toBe(503);
    expect(callsOf(id)).toHaveLength(6);
  });

  it('gives up at the deadline of the whole call, and hangs up', async () => {
    const id = 'id=deadline';
    const reply = await chat(gateway.url, ask(`stall-before-headers ${id}`, { stream: false }));
    expect(reply.status).toBe(504);
    await until('Poe sees the caller leave', () => callsOf(id)[0]?.outcome === 'aborted');
  });
});
