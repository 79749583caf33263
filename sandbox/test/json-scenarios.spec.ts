import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { STREAM_SCENARIOS } from '../scenarios/stream-scenarios.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, completionOf, contentOf, jsonOf, userMessage } from './ask.ts';
import type { RawResponse } from './raw-exchange.ts';

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

function json(marker: string, behaviour = {}): Promise<RawResponse> {
  return ask(sandbox, userMessage(`Hello [[sandbox: ${marker}]]`), behaviour);
}

/** Half an answer, and how the connection is left. */
const HALF: Readonly<Record<string, RawResponse['ending']>> = {
  'cut-mid-stream': 'cut',
  'cut-mid-json': 'cut',
  'silent-end': 'clean',
  stall: 'open',
};

const NOTHING: Readonly<Record<string, RawResponse['ending']>> = {
  'silent-end-empty': 'clean',
  'stall-before-first-token': 'open',
  'reset-after-headers': 'reset',
};

const ERRORS = ['error-event', 'error-event-first', 'event-error'];
const BEFORE_HEADERS = ['reset', 'stall-before-headers'];

describe('answers in JSON', () => {
  it.each(Object.entries(HALF))('%s: half the body', async (name, ending) => {
    const response = await json(name, { leaveWhen: ending === 'open' ? isBegun : undefined });

    expect(response).toMatchObject({ status: 200, ending });
    expect(response.body).toMatch(/^\{"id"/);
    expect(() => jsonOf(response)).toThrow();
    const outcome = ending === 'open' ? 'aborted' : 'cut';
    await expect.poll(() => sandbox.journal[0]?.outcome).toBe(outcome);
  });

  it.each(Object.entries(NOTHING))('%s: headers only', async (name, ending) => {
    const response = await json(name, { leaveWhen: ending === 'open' ? () => true : undefined });
    expect(response).toMatchObject({ status: 200, body: '', ending });
  });

  it.each(ERRORS)('%s: an error in a 200', async (name) => {
    const response = await json(name);

    expect(response).toMatchObject({ status: 200, ending: 'clean' });
    expect(jsonOf(response)).toMatchObject({ error: { type: 'provider_error' } });
    expect(sandbox.journal[0]?.outcome).toBe('cut');
  });

  it('reset: RST and not a byte', async () => {
    expect(await json('reset')).toMatchObject({ status: 0, ending: 'reset' });
  });

  it('stall-before-headers: not a byte, and no end', async () => {
    const arrival = expect.poll(() => sandbox.openCalls()).toBe(1);
    const response = await json('stall-before-headers', { leaveAfter: arrival });
    expect(response).toMatchObject({ status: 0, ending: 'open' });
  });

  const others = STREAM_SCENARIOS.map(({ name }) => name).filter(
    (name) => ![HALF, NOTHING].some((table) => name in table) && !ERRORS.includes(name),
  );
  it.each(others.filter((name) => !BEFORE_HEADERS.includes(name)))('%s: complete', async (name) => {
    const response = await json(`${name} tokens=5`);

    expect(response).toMatchObject({ status: 200, ending: 'clean' });
    expect(completionOf(response).choices[0]?.finish_reason).toBe('stop');
    expect(sandbox.journal[0]).toMatchObject({
      scenario: name,
      outcome: 'completed',
      framesSent: 0,
    });
  });
});

describe('what is in the answer', () => {
  it('reasoning', async () => {
    const response = await json('reasoning');
    const [choice] = completionOf(response).choices;
    expect(choice?.message.reasoning_content).toMatch(/\w+ \w+/);
  });

  it('empty-answer', async () => {
    expect(contentOf(await json('empty-answer'))).toBe('');
  });

  it('finish-without-usage', async () => {
    expect(jsonOf(await json('finish-without-usage'))).not.toHaveProperty('usage');
  });

  it('giant-chunk', async () => {
    expect(contentOf(await json('giant-chunk size=100000'))).toHaveLength(100_000);
  });

  it('byte-by-byte', async () => {
    const response = await json('byte-by-byte');
    expect(new Set(response.chunkSizes)).toEqual(new Set([1]));
  });

  it('the strict dialect is chunked, as recorded', async () => {
    const response = await json('ok');
    expect(response.headers).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'application/json; charset=utf-8',
    });
  });
});

function isBegun(body: string): boolean {
  return body !== '';
}
