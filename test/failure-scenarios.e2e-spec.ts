import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../sandbox/scenarios/scenarios.ts';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, type ChatBody } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

/** What one scenario must lead to. `upstream`: how Poe saw each call end, in order. */
interface Expectation {
  readonly scenario: string;
  /** Steps of the sandbox; the scenario alone if absent. */
  readonly steps?: string;
  readonly body?: ChatBody;
  /** `complete`: a whole answer; `cut`: content, then an error frame; else status and code. */
  readonly client: 'complete' | `cut ${string}` | `${number} ${string}`;
  readonly upstream: readonly string[];
  readonly repairs?: readonly string[];
}

const tool = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: {} } } },
};
const withTools = { tools: [tool] };
const completed = ['completed'];
/** One failure that passes, then an answer. */
const retried = (scenario: string, firstOutcome: string): Expectation => ({
  scenario,
  steps: `${scenario} ok`,
  client: 'complete',
  upstream: [firstOutcome, 'completed'],
});
const succeeds = (scenario: string, body: ChatBody = {}): Expectation => ({
  scenario,
  body,
  client: 'complete',
  upstream: completed,
});
const refused = (scenario: string, client: Expectation['client']): Expectation => ({
  scenario,
  client,
  upstream: completed,
});
const repaired = (scenario: string, body: ChatBody, repairs: string[]): Expectation => ({
  scenario,
  body,
  client: 'complete',
  upstream: ['completed', 'completed'],
  repairs,
});

const STREAM: Expectation[] = [
  succeeds('ok'),
  succeeds('reasoning'),
  succeeds('empty-answer'),
  succeeds('malformed-frame'),
  succeeds('usage-on-finish-chunk'),
  succeeds('finish-without-usage'),
  succeeds('tool-call-with-finish', withTools),
  succeeds('missing-tool-index', withTools),
  succeeds('no-done'),
  { ...succeeds('no-done-open'), upstream: ['aborted'] },
  succeeds('role-in-first-content'),
  { ...succeeds('giant-chunk'), steps: 'giant-chunk size=2000000' },
  succeeds('byte-by-byte'),
  succeeds('crlf'),
  succeeds('comments'),
  succeeds('ledger-missing'),
  succeeds('ledger-late'),
  succeeds('ledger-zero-first'),
  succeeds('ledger-negative'),
  succeeds('ledger-duplicate'),
  succeeds('ledger-swapped'),

  { scenario: 'cut-mid-stream', client: 'cut upstream_cut_off', upstream: ['cut'] },
  { scenario: 'cut-mid-json', client: 'cut upstream_cut_off', upstream: ['cut'] },
  { scenario: 'silent-end', client: 'cut upstream_cut_off', upstream: ['cut'] },
  { scenario: 'stall', client: 'cut upstream_timeout', upstream: ['aborted'] },
  { scenario: 'error-event', client: 'cut upstream_error', upstream: ['cut'] },
  { scenario: 'event-error', client: 'cut upstream_error', upstream: ['cut'] },

  retried('silent-end-empty', 'cut'),
  retried('error-event-first', 'cut'),
  retried('reset', 'cut'),
  retried('reset-after-headers', 'cut'),
  retried('html-200', 'completed'),
  retried('timeout', 'completed'),
  retried('rate-limited', 'completed'),
  {
    ...retried('rate-limited-retry-after', 'completed'),
    steps: 'rate-limited-retry-after ok after=1',
  },
  retried('provider-quota', 'completed'),
  retried('provider-error', 'completed'),
  retried('bad-gateway', 'completed'),
  retried('unavailable', 'completed'),
  {
    ...retried('unavailable-retry-after', 'completed'),
    steps: 'unavailable-retry-after ok after=1',
  },
  retried('gateway-timeout-524', 'completed'),
  retried('overloaded', 'completed'),
  { scenario: 'stall-before-headers', client: '504 upstream_timeout', upstream: ['aborted'] },
  { scenario: 'stall-before-first-token', client: '504 upstream_timeout', upstream: ['aborted'] },

  repaired('bad-request-max-tokens', { model: 'GPT-4.1', max_tokens: 300_000 }, [
    'max_tokens set to 8192',
  ]),
  repaired('bad-request-upper-case', { model: 'Grok-4' }, ['model name in lower case']),
  repaired('bad-request-param', { model: 'o3', temperature: 0.5 }, ['temperature dropped']),
  repaired('bad-request-unsupported-value', { model: 'GPT-5-mini', reasoning_effort: 'high' }, [
    'reasoning_effort set to medium',
  ]),
  {
    ...repaired('bad-request-any-optional', { model: 'GLM-5', top_p: 0.5 }, [
      'top_p dropped',
      'stream_options dropped',
    ]),
    // As it is, with the name in lower case, and without the optional fields.
    upstream: ['completed', 'completed', 'completed'],
  },
  {
    ...refused('bad-request-nested', '400 upstream_refused'),
    // Two repairs, each alone, then together.
    upstream: ['completed', 'completed', 'completed', 'completed'],
  },
  refused('late-400', '400 upstream_refused'),
  { ...refused('unsupported-feature', '400 unsupported_feature_for_model'), body: withTools },
  refused('context-overflow', '400 context_length_exceeded'),
  refused('context-length-exceeded', '400 context_length_exceeded'),
  refused('content-filter', '400 content_policy_violation'),
  refused('invalid-key', '401 upstream_auth'),
  refused('insufficient-credits', '402 insufficient_quota'),
  refused('moderation', '403 permission_denied'),
  refused('model-not-found', '404 model_not_found'),
  refused('request-too-large', '413 context_length_exceeded'),
];

describe('every scenario of the sandbox, as a stream', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' }, (config) => ({
      ...config,
      poe: { ...config.poe, callTimeoutMs: 8000, idleTimeoutMs: 700 },
    }));
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('has an expectation here', () => {
    expect(STREAM.map(({ scenario }) => scenario).sort()).toEqual([...SCENARIOS.keys()].sort());
  });

  it.concurrent.each(STREAM)('$scenario: $client', async (expectation) => {
    const { scenario, client, upstream, repairs } = expectation;
    const id = `id=${scenario}-stream`;
    const steps = `${expectation.steps ?? scenario} ${id}`;
    const reply = await chat(gateway.url, ask(steps, expectation.body));
    const calls = () =>
      sandbox.journal.filter(({ body }) => JSON.stringify(body ?? '').includes(`${id}]]`));
    await until('upstream knows of the end', () => calls().every((c) => c.outcome !== 'open'));
    expect(calls().map(({ outcome }) => outcome)).toEqual(upstream);

    if (client === 'complete') {
      const stream = readStream(reply.text);
      expect(reply.status).toBe(200);
      expect(stream.error).toBeUndefined();
      expect(stream.isDone && reply.isComplete).toBe(true);
      expect(stream.finishReason).toBe(expectation.body?.tools ? 'tool_calls' : 'stop');
      expect(stream.poeProxy?.attempts).toBe(upstream.length);
      expect(stream.poeProxy?.repairs).toEqual(repairs ?? []);
    } else if (client.startsWith('cut ')) {
      const stream = readStream(reply.text);
      expect(reply.status).toBe(200);
      expect(stream.answer).not.toBe('');
      expect(stream.error?.code).toBe(client.slice(4));
      // Neither [DONE] nor a proper end: no client may take this for a whole answer.
      expect(stream.isDone || reply.isComplete).toBe(false);
    } else {
      const { error } = JSON.parse(reply.text) as { error: { code: string } };
      expect(`${reply.status} ${error.code}`).toBe(client);
    }
  });
});
