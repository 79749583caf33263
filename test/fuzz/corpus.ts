import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS } from '../../sandbox/scenarios/scenarios.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { ask, get, userMessage, WEATHER_TOOL } from '../../sandbox/test/ask.ts';

/** An error answer: what readFailure is given. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
}

/** Real-looking answers of Poe, to be mutated. */
export interface Corpus {
  readonly streams: readonly string[];
  readonly completions: readonly string[];
  readonly errors: readonly ErrorAnswer[];
  readonly history: string;
  /** Some entries of `GET /v1/models`. */
  readonly catalogue: string;
}

/** Recorded exchanges with the real API; not part of the project, so they may be absent. */
const RECORDINGS =
  process.env.SANDBOX_RECORDINGS ?? path.join(import.meta.dirname, '../../../shared/recordings');

/** They keep the connection open, or have no answer at all. */
const ENDLESS = /^stall|^no-done-open$|^reset$/;
/** Each way in which bots write: the dialects by flag, thoughts, calls, media. */
const BODIES = [
  { dialect: 'strict', body: {} },
  { dialect: 'legacy', body: { stream_options: { include_usage: true } } },
  { dialect: 'strict', body: { tools: [WEATHER_TOOL] } },
  { dialect: 'legacy', body: { tools: [WEATHER_TOOL], model: 'Grok-4' } },
  { dialect: 'strict', body: { model: 'Imagen-4' } },
];
/** Where the body makes a difference to the form of the answer. */
const VARIED = new Set(['ok', 'reasoning', 'tool-call-with-finish', 'missing-tool-index']);

/** Captures what the sandbox answers in every scenario, and adds recordings where there are some. */
export async function captureCorpus(): Promise<Corpus> {
  const streams = new Set<string>();
  const completions = new Set<string>();
  const errors = new Map<string, ErrorAnswer>();
  const sandbox = await startSandbox({ requestsPerMinute: 1_000_000, mediaDelayMs: 0 });
  try {
    for (const name of SCENARIOS.keys()) {
      if (ENDLESS.test(name)) continue;
      for (const { dialect, body } of VARIED.has(name) ? BODIES : BODIES.slice(0, 2)) {
        for (const stream of [true, false]) {
          const reply = await answer(sandbox, name, dialect, { ...body, stream });
          if (reply.status !== 200) errors.set(reply.body, reply);
          else if (reply.headers['content-type']?.includes('event-stream')) streams.add(reply.body);
          else completions.add(reply.body);
        }
      }
    }
    for (const recorded of recordings()) {
      if (recorded.status === 200) completions.add(recorded.body);
      else errors.set(recorded.body, recorded);
    }
    return {
      streams: [...streams],
      completions: [...completions],
      errors: [...errors.values()],
      history: (await get(sandbox, '/usage/points_history?limit=5')).body,
      catalogue: excerpt((await get(sandbox, '/v1/models')).body),
    };
  } finally {
    await sandbox.close();
  }
}

function answer(sandbox: Sandbox, scenario: string, dialect: string, body: object) {
  const message = userMessage(`Hello [[sandbox: ${scenario} tokens=5 first=0]]`);
  const headers = { 'poe-feature': `chat-completions-${dialect}` };
  return ask(sandbox, { ...message, ...body }, { headers });
}

function recordings(): ErrorAnswer[] {
  const folder = path.join(RECORDINGS, 'poe');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.startsWith('chat-completions-'));
  return files.map((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const { response } = JSON.parse(text) as { response: { status: number; body: unknown } };
    return { status: response.status, body: JSON.stringify(response.body) };
  });
}

/** The whole catalogue would make cases too large to be many. */
function excerpt(catalogue: string): string {
  const { data } = JSON.parse(catalogue) as { data: Record<string, unknown>[] };
  const bots = data.filter((_, index) => index % 32 === 0);
  return JSON.stringify(bots, [
    ...['id', 'owned_by', 'architecture', 'output_modalities', 'supported_features', 'pricing'],
    ...['prompt', 'completion', 'request', 'context_length', 'metadata', 'display_name'],
    ...['parameters', 'name'],
  ]);
}
