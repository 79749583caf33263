import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from './metrics.ts';
import { recordRequest } from './record-request.ts';
import { RequestFacts } from './request-facts.ts';

let metrics: Metrics;
let facts: RequestFacts;

const CHAT = '/v1/chat/completions';
const COUNTED = '_count{gen_ai_operation_name="chat",gen_ai_provider_name="poe"';

beforeEach(() => {
  // Sums of whole milliseconds are exact.
  vi.useFakeTimers();
  metrics = new Metrics();
  facts = new RequestFacts('req_1');
});
afterEach(() => {
  vi.useRealTimers();
});

/** Series of chat requests and what the gateway counts beside them, the buckets left out. */
async function recorded(status: number): Promise<string[]> {
  recordRequest(metrics, facts, { route: CHAT, status, seconds: 4 });
  const text = await metrics.registry.metrics();
  return text
    .split('\n')
    .filter((line) => /^(?:gen_ai_|poe_proxy_(?:overhead|paused|throttled))/.test(line))
    .filter((line) => !line.includes('_bucket{') && !line.endsWith(' 0'));
}

function answered(): void {
  Object.assign(facts, {
    // Whole, so that differences are exact.
    arrivedAt: 1000,
    asked: 'GPT-4.1',
    answeredBy: 'GPT-4.1-mini',
    model: 'GPT-4.1-mini',
    stream: true,
    attempts: 2,
    completionTokens: 11,
    firstContentAt: 2500,
    answeredAt: 5000,
    outcome: 'completed',
    overheadMs: 2,
  } satisfies Partial<RequestFacts>);
}

describe('recordRequest', () => {
  it('measures a stream: all of it, its first token, each of the others, the work of the gateway', async () => {
    answered();
    const labels =
      'gen_ai_operation_name="chat",gen_ai_provider_name="poe",gen_ai_request_model="GPT-4.1",gen_ai_response_model="GPT-4.1-mini"';
    expect(await recorded(200)).toEqual([
      `gen_ai_server_request_duration_seconds_sum{${labels}} 4`,
      `gen_ai_server_request_duration_seconds_count{${labels}} 1`,
      `gen_ai_server_time_to_first_token_seconds_sum{${labels}} 1.5`,
      `gen_ai_server_time_to_first_token_seconds_count{${labels}} 1`,
      `gen_ai_server_time_per_output_token_seconds_sum{${labels}} 0.25`,
      `gen_ai_server_time_per_output_token_seconds_count{${labels}} 1`,
      'poe_proxy_overhead_seconds_sum 0.002',
      'poe_proxy_overhead_seconds_count 1',
    ]);
  });

  it('knows no first token of what was no stream', async () => {
    answered();
    facts.stream = false;
    const series = await recorded(200);
    expect(series.join()).not.toContain('token');
    expect(series.join()).toContain('gen_ai_server_request_duration_seconds_count');
  });

  it('knows no time of each token where the answer has only one, or is not complete', async () => {
    answered();
    facts.completionTokens = 1;
    expect((await recorded(200)).join()).not.toContain('per_output_token');
    answered();
    facts.outcome = 'abandoned';
    expect((await recorded(200)).join()).not.toContain('per_output_token');
  });

  it.each<[string, Partial<RequestFacts>, number, string]>([
    ['a refusal', { outcome: 'failed' }, 429, '429'],
    ['a status that HTTP does not know', { outcome: 'failed' }, 477, 'other'],
    ['an end in the middle', { outcome: 'failed' }, 200, 'stream_error'],
    ['a client that left', { outcome: 'abandoned' }, 200, 'abandoned'],
    ['a client that left before the answer', {}, 499, 'abandoned'],
  ])('says the kind of error: %s', async (_what, known, status, type) => {
    Object.assign(facts, { asked: 'GPT-4.1' }, known);
    expect(await recorded(status)).toContain(
      `gen_ai_server_request_duration_seconds${COUNTED},gen_ai_request_model="GPT-4.1",error_type="${type}"} 1`,
    );
  });

  it('leaves out what asked for no model of the registry', async () => {
    expect(await recorded(404)).toEqual([]);
  });

  it('counts what was paused, in either form', async () => {
    facts.outcome = 'paused';
    await recorded(200);
    expect(await recorded(402)).toEqual(['poe_proxy_paused_total 2']);
  });

  it('counts what met a limit, by whose it was', async () => {
    for (const limitOf of ['address', 'queue', 'poe', 'poe', undefined] as const) {
      facts.limitOf = limitOf;
      await recorded(429);
    }
    expect(await recorded(503)).toEqual([
      'poe_proxy_throttled_total{reason="address"} 1',
      'poe_proxy_throttled_total{reason="queue"} 1',
      'poe_proxy_throttled_total{reason="poe"} 2',
      'poe_proxy_throttled_total{reason="other"} 1',
    ]);
  });

  it('gives no series to a status that is none', async () => {
    recordRequest(metrics, facts, { route: CHAT, status: 477, seconds: 1 });
    const { values } = await metrics.requests.get();
    expect(values).toMatchObject([{ labels: { status: 'other' } }]);
  });
});
