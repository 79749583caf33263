import { expect, onTestFinished } from 'vitest';
import { startSandbox, type JournalEntry, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { chat, type ChatBody, type ChatReply } from '../support/chat.ts';
import { modelsFile } from '../support/models-file.ts';
import { startGateway, type Gateway, type Tweak } from '../support/start-gateway.ts';
import { readStream, type PoeProxy } from '../support/stream.ts';
import { until } from '../support/until.ts';

/**
 * The scenarios of FailoverBench, the public crash test of LLM gateways
 * (github.com/failoverbench/failoverbench), by its ids: a provider that fails in one known way, and
 * what a caller and the provider may expect of the gateway in between. The sandbox is the provider.
 */
export const PRIMARY = 'GPT-5.4-Mini';
export const SPARE = 'Claude-Haiku-4.5';

/** What an operator who sets nothing has. */
export const shipped = loadConfig({ POE_API_KEY: 'key' });

/** Members of an entry of models.yaml, `poe_name` apart. */
type Entry = Record<string, unknown>;

export interface BenchOptions {
  readonly primary?: Entry;
  /** What stands in for the primary, in this order. */
  readonly spares?: Record<string, Entry>;
  readonly environment?: Record<string, string>;
  readonly tweak?: Tweak;
}

/** What the two models do when they are asked: steps of the sandbox. */
interface Faults {
  readonly primary: string;
  /** Of all that are not the primary. */
  readonly spare?: string;
}

export interface Bench {
  readonly sandbox: Sandbox;
  readonly gateway: Gateway;
  /** Asks the primary, in a stream unless the body says otherwise. */
  ask(faults: Faults, body?: ChatBody): Promise<ChatReply>;
  /** Whom Poe was asked for, call by call. */
  asked(): string[];
  calls(model?: string): JournalEntry[];
}

export const WITHOUT_SPARES: BenchOptions = { spares: {} };

/**
 * A sandbox and a gateway until the end of the test. They are the test's own, because budgets of
 * retries and circuit breakers remember what one model, or all of Poe, did to earlier requests.
 */
export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const { primary, spares = { [SPARE]: {} }, environment, tweak } = options;
  const entries = [
    { poe_name: PRIMARY, fallbacks: Object.keys(spares), ...primary },
    ...Object.entries(spares).map(([name, entry]) => ({ poe_name: name, ...entry })),
  ];
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const gateway = await startGateway(
    sandbox.url,
    {
      FOOTER: 'never',
      RETRY_BUDGET_MIN: String(shipped.routing.retryBudgetMin),
      BREAKER_MIN_CALLS: String(shipped.routing.breakerCalls),
      // JSON is YAML.
      MODELS_FILE: modelsFile(JSON.stringify({ models: { text: entries } })),
      ...environment,
    },
    tweak,
  );
  onTestFinished(() => gateway.close());
  const calls = (model?: string) =>
    sandbox.journal.filter(
      (entry) => entry.path.endsWith('/completions') && (model ?? entry.model) === entry.model,
    );
  return {
    sandbox,
    gateway,
    ask: (faults, body) => chat(gateway.url, question(faults, body)),
    asked: () => calls().map(({ model }) => model ?? ''),
    calls,
  };
}

function question({ primary, spare = 'ok' }: Faults, body: ChatBody = {}): ChatBody {
  const said = (word: string) => `say=${encodeURIComponent(sixty(word))}`;
  const content = `[[sandbox ${PRIMARY}: ${primary} ${said('prime')}]] [[sandbox: ${spare} ${said('spare')}]]`;
  const stream = body.stream ?? true;
  return {
    model: PRIMARY,
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    messages: [{ role: 'user', content }],
    ...body,
  };
}

/** Sixty tokens that tell whose they are and where in the answer they belong. */
function sixty(word: string, tokens = 60): string {
  return Array.from({ length: tokens }, (_, index) => `${word}${index + 1}`).join(' ');
}

/** The first tokens of the primary's answer. */
export const beginning = (tokens: number) => sixty('prime', tokens);

interface Completion {
  model: string;
  choices: { message: { content: string }; finish_reason: string }[];
  usage?: { completion_tokens: number };
  poe_proxy: PoeProxy;
}

/** The whole answer of `model` and nothing else, told as its own, with usage. */
export function expectAnswerOf(model: string, reply: ChatReply): void {
  expect({ status: reply.status, isComplete: reply.isComplete }).toEqual({
    status: 200,
    isComplete: true,
  });
  const isStream = reply.headers['content-type']?.startsWith('text/event-stream');
  const answer = isStream ? fromStream(reply.text) : fromJson(reply.text);
  expect(answer).toMatchObject({
    content: sixty(model === PRIMARY ? 'prime' : 'spare'),
    finishReason: 'stop',
    models: [model],
    completionTokens: 60,
    poeProxy: { model },
  });
}

function fromStream(text: string) {
  const { content, finishReason, chunks, poeProxy, isDone, error } = readStream(text);
  expect({ isDone, error }).toEqual({ isDone: true, error: undefined });
  const usage = chunks.findLast((chunk) => chunk.usage)?.usage;
  return {
    content,
    finishReason,
    models: [...new Set(chunks.map(({ model }) => model))],
    completionTokens: usage?.completion_tokens,
    poeProxy,
  };
}

function fromJson(text: string) {
  const { choices, model, usage, poe_proxy: poeProxy } = JSON.parse(text) as Completion;
  return {
    content: choices[0]?.message.content,
    finishReason: choices[0]?.finish_reason,
    models: [model],
    completionTokens: usage?.completion_tokens,
    poeProxy,
  };
}

/** An error before any content, that any client takes for one. */
export function expectRefusal(reply: ChatReply, status: number, code: string): string {
  expect(reply.isComplete).toBe(true);
  const { error } = JSON.parse(reply.text) as { error: { code: string; message: string } };
  expect([reply.status, error.code]).toEqual([status, code]);
  return error.message;
}

/** Content as far as it came, then an error that no client takes for the end of an answer. */
export function expectBrokenOff(reply: ChatReply, content: string, code: string): void {
  const stream = readStream(reply.text);
  expect(stream.content).toBe(content);
  expect(stream.error?.code).toBe(code);
  expect(stream.finishReason).toBeUndefined();
  expect({ isDone: stream.isDone, isComplete: reply.isComplete }).toEqual({
    isDone: false,
    isComplete: false,
  });
}

/** The gateway hung up on every call of `model`. */
export async function expectLeft(bench: Bench, model: string): Promise<void> {
  await until(`Poe sees the gateway leave ${model}`, () =>
    bench.calls(model).every(({ outcome }) => outcome === 'aborted'),
  );
  expect(bench.sandbox.openCalls()).toBe(0);
}

/** Milliseconds between two calls after one another, by the sandbox's clock. */
export function gaps(calls: readonly JournalEntry[]): number[] {
  return calls
    .slice(1)
    .map(({ receivedAt }, index) => receivedAt - (calls[index]?.receivedAt ?? 0));
}
