import { afterAll, beforeEach, beforeAll, describe, expect, it } from 'vitest';

import { STREAM_SCENARIOS } from '../scenarios/stream-scenarios.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, userMessage, WEATHER_TOOL } from './ask.ts';
import type { RawResponse } from './raw-exchange.ts';
import { streamChunks, streamShape } from './stream-events.ts';

interface Expected {
  readonly shape: string;
  readonly ending: RawResponse['ending'];
  readonly outcome: 'completed' | 'cut' | 'aborted';
  readonly framesSent: number;
  /** Not sent before `shape` is there. */
  readonly leaves?: boolean;
  readonly parameters?: string;
}

const COMPLETE = { ending: 'clean', outcome: 'completed' } as const;

/** What a client reads of an answer of five tokens that asked for usage; letters: streamShape. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  ok: { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  reasoning: { ...COMPLETE, shape: 'RQQCCCCCFUD', framesSent: 11, parameters: 'reasoning=2' },
  'empty-answer': { ...COMPLETE, shape: 'RFUD', framesSent: 4 },
  'cut-mid-stream': { shape: 'RCC', ending: 'cut', outcome: 'cut', framesSent: 3 },
  'cut-mid-json': { shape: 'RCC/', ending: 'cut', outcome: 'cut', framesSent: 3 },
  'silent-end': { shape: 'RCC', ending: 'clean', outcome: 'cut', framesSent: 3 },
  'silent-end-empty': { shape: 'R', ending: 'clean', outcome: 'cut', framesSent: 1 },
  stall: { shape: 'RCC', ending: 'open', outcome: 'aborted', framesSent: 3, leaves: true },
  'stall-before-first-token': {
    shape: '',
    ending: 'open',
    outcome: 'aborted',
    framesSent: 0,
    leaves: true,
  },
  'error-event': { shape: 'RCCE', ending: 'clean', outcome: 'cut', framesSent: 4 },
  'error-event-first': { shape: 'E', ending: 'clean', outcome: 'cut', framesSent: 1 },
  'event-error': { shape: 'RCCe', ending: 'clean', outcome: 'cut', framesSent: 4 },
  'malformed-frame': { ...COMPLETE, shape: 'RCCXCCCFUD', framesSent: 10 },
  'usage-on-finish-chunk': { ...COMPLETE, shape: 'RCCCCCfD', framesSent: 8 },
  'finish-without-usage': { ...COMPLETE, shape: 'RCCCCCFD', framesSent: 8 },
  'tool-call-with-finish': { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  'missing-tool-index': { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  'no-done': { ...COMPLETE, shape: 'RCCCCCFU', framesSent: 8 },
  'no-done-open': {
    shape: 'RCCCCCFU',
    ending: 'open',
    outcome: 'aborted',
    framesSent: 8,
    leaves: true,
  },
  'role-in-first-content': { ...COMPLETE, shape: 'rCCCCFUD', framesSent: 8 },
  'giant-chunk': { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  'byte-by-byte': { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  crlf: { ...COMPLETE, shape: 'RCCCCCFUD', framesSent: 9 },
  comments: { ...COMPLETE, shape: 'pRpCpCpCpCpCpFpUpD', framesSent: 9 },
  'reset-after-headers': { shape: '', ending: 'reset', outcome: 'cut', framesSent: 0 },
};

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => {
  sandbox.reset();
});

afterAll(async () => {
  await sandbox.close();
});

function stream(marker: string, extra = {}, behaviour = {}): Promise<RawResponse> {
  const body = {
    stream: true,
    stream_options: { include_usage: true },
    ...userMessage(`Hello [[sandbox: ${marker}]]`),
    ...extra,
  };
  return ask(sandbox, body, behaviour);
}

describe.each(['strict', 'legacy'])('streams of the %s dialect', (dialect) => {
  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const response = await stream(
      `${name} tokens=5 frames=2 ${expected.parameters ?? ''}`,
      {},
      {
        headers: { 'poe-feature': `chat-completions-${dialect}` },
        ...(expected.leaves === true
          ? { leaveWhen: (body: string) => streamShape(body) === expected.shape }
          : {}),
      },
    );

    expect(response.status).toBe(200);
    expect(streamShape(response.body)).toBe(expected.shape);
    expect(response.ending).toBe(expected.ending);
    expect(response.headers['x-poe-feature-active']).toBe(`chat-completions-${dialect}`);
    await expect
      .poll(() => sandbox.journal[0])
      .toMatchObject({
        scenario: name,
        stream: true,
        status: 200,
        outcome: expected.outcome,
        framesSent: expected.framesSent,
      });
    expect(sandbox.openCalls()).toBe(0);
  });
});

describe('scenarios before the headers', () => {
  it('reset: RST and not a byte', async () => {
    const response = await stream('reset');

    expect(response).toMatchObject({ status: 0, ending: 'reset' });
    expect(sandbox.journal[0]).toMatchObject({ outcome: 'cut', scenario: 'reset' });
    expect(sandbox.journal[0]?.status).toBeUndefined();
    expect(sandbox.ledger).toHaveLength(0);
  });

  it('stall-before-headers: not a byte, and no end', async () => {
    const arrival = expect.poll(() => sandbox.openCalls()).toBe(1);
    const response = await stream('stall-before-headers', {}, { leaveAfter: arrival });

    expect(response).toMatchObject({ status: 0, ending: 'open' });
    await expect.poll(() => sandbox.journal[0]?.outcome).toBe('aborted');
    expect(sandbox.ledger).toHaveLength(0);
  });
});

it('has an expectation for every stream scenario', () => {
  const tested = [...Object.keys(EXPECTED), 'reset', 'stall-before-headers'];
  expect(tested.toSorted()).toEqual(STREAM_SCENARIOS.map(({ name }) => name).toSorted());
});

describe('what is in the frames', () => {
  const withTool = { tools: [WEATHER_TOOL] };

  it('tool calls: name first, then the arguments in parts', async () => {
    const response = await stream('ok', withTool);
    expect(streamShape(response.body)).toMatch(/^RTT+FUD$/);
    expect(JSON.stringify(streamChunks(response.body)[1])).toContain('"index":0');
  });

  it('tool-call-with-finish: whole calls beside the finish reason', async () => {
    const response = await stream('tool-call-with-finish', withTool);
    expect(streamShape(response.body)).toBe('RtUD');
    expect(response.body).toContain('\\"location\\":\\"San Francisco\\"');
  });

  it('missing-tool-index: no call has its index', async () => {
    const response = await stream('missing-tool-index', withTool);
    const calls = streamChunks(response.body).map((chunk) => JSON.stringify(chunk));
    expect(calls.filter((call) => call.includes('tool_calls'))).not.toHaveLength(0);
    expect(calls.filter((call) => /tool_calls":\[\{[^[]*"index"/.test(call))).toHaveLength(0);
  });

  it('Gemini leaves the tool index out by itself', async () => {
    const response = await stream('ok', { ...withTool, model: 'Gemini-2.5-Pro' });
    expect(response.body).not.toMatch(/tool_calls":\[\{[^[]*"index"/);
  });

  it('malformed-frame: after the first content, if not told otherwise', async () => {
    const response = await stream('malformed-frame tokens=3');
    expect(streamShape(response.body)).toBe('RCXCCFUD');
  });

  it('giant-chunk: one write, and one frame of the size asked for', async () => {
    const response = await stream('giant-chunk size=1000000');
    expect(streamShape(response.body)).toBe('RCFUD');
    expect(response.chunkSizes).toEqual([response.bytes.length]);
    expect(response.bytes.length).toBeGreaterThan(1_000_000);
  });

  it('byte-by-byte: no write is longer than a byte, inside characters too', async () => {
    const response = await stream('byte-by-byte say=h%C3%A9%F0%9F%99%82');
    expect(new Set(response.chunkSizes)).toEqual(new Set([1]));
    expect(response.body).toContain('é🙂');
    // They do not travel together either; a packet may hold a few of them.
    expect(response.reads).toBeGreaterThan(20);
  });

  it('crlf: every line', async () => {
    const response = await stream('crlf tokens=2');
    expect(response.body.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('say: the exact text, in as many frames as it has tokens', async () => {
    const text = 'One  two\n\nthree, extraordinarily long.';
    const response = await stream(`ok say=${encodeURIComponent(text)}`);
    const contents = streamChunks(response.body).map((chunk) => {
      const [choice] = chunk.choices as { delta: { content?: string } }[];
      return choice?.delta.content ?? '';
    });
    expect(contents.join('')).toBe(text);
  });

  it('usage comes only if it was asked for', async () => {
    const response = await stream('ok tokens=1', { stream_options: {} });
    expect(streamShape(response.body)).toBe('RCFD');
  });

  it('one id, created and model in all chunks', async () => {
    const response = await stream('ok');
    const heads = streamChunks(response.body).map(({ id, created, model }) =>
      JSON.stringify([id, created, model]),
    );
    expect(new Set(heads).size).toBe(1);
  });
});
