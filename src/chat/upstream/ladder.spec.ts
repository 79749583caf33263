import { describe, expect, it } from 'vitest';
import type { Modality, RegisteredModel } from '../../models/registered-model.ts';
import { Ladder, type Budget } from './ladder.ts';
import type { Body } from './request-fields.ts';
import { UpstreamError, type FailureFacts } from './upstream-error.ts';

const AMPLE: Budget = { calls: 5, ms: 600_000, takeRetry: () => true, hasFallback: false };
/** Has something for each rung. */
const BODY: Body = { model: 'GPT', messages: [], top_k: 5, max_tokens: 100_000, temperature: 1.5 };

function failure(status: number, facts: Partial<FailureFacts> = {}): UpstreamError {
  return new UpstreamError({ kind: 'status', status, message: 'Failed.', ...facts });
}

function refusal(message = 'Bad request.'): UpstreamError {
  return failure(400, { message });
}

function ladder(body: Body = BODY, retries = 3, modality: Modality = 'text'): Ladder {
  const model = {
    name: 'GPT',
    parameters: ['thinking_budget'],
    modality,
  } as unknown as RegisteredModel;
  return new Ladder(model, body, retries);
}

function rungs({ repairs }: Ladder): string[] {
  return repairs.map(({ rung }) => rung);
}

describe('Ladder, on refusals', () => {
  it('begins with the body as it is', () => {
    const { body, repairs } = ladder();
    expect(body).toBe(BODY);
    expect(repairs).toEqual([]);
  });

  it('tries each repair alone, then all together, and gives up with the refusal', () => {
    const climbed = ladder();
    const error = refusal();
    const seen: string[][] = [];
    const bodies: Body[] = [];
    for (let turn = 0; turn < 5; turn++) {
      expect(climbed.next(error, AMPLE, 0)).toBe(0);
      seen.push(rungs(climbed));
      bodies.push(climbed.body);
    }
    expect(seen).toEqual([
      ['foreign-fields'],
      ['token-limits'],
      ['lower-case'],
      ['optional-fields'],
      ['together'],
    ]);
    expect(bodies.map(({ model, ...rest }) => [model, ...Object.keys(rest)].join(' '))).toEqual([
      'GPT messages max_tokens temperature',
      'GPT messages top_k temperature',
      'gpt messages top_k max_tokens temperature',
      'GPT messages top_k max_tokens',
      'gpt messages',
    ]);
    expect(climbed.next(refusal('Still bad.'), AMPLE, 0)).toBe(error);
    expect(climbed.body).toBe(BODY);
    expect(climbed.repairs).toEqual([]);
  });

  it('has nothing to try together when there is one repair only', () => {
    const climbed = ladder({ model: 'gpt', messages: [], top_k: 5 });
    const error = refusal();
    expect(climbed.next(error, AMPLE, 0)).toBe(0);
    expect(rungs(climbed)).toEqual(['foreign-fields']);
    expect(climbed.next(error, AMPLE, 0)).toBe(error);
  });

  it('gives up at once when there is nothing to repair', () => {
    const error = refusal();
    expect(ladder({ model: 'gpt', messages: [] }).next(error, AMPLE, 0)).toBe(error);
  });

  it('keeps a repair that changed the complaint, and goes on from there', () => {
    const climbed = ladder();
    climbed.next(refusal('max_tokens must be at most 4096'), AMPLE, 0);
    expect(climbed.next(refusal('temperature must be at most 1'), AMPLE, 0)).toBe(0);
    expect(climbed.body).toEqual({ ...BODY, max_tokens: 4096, temperature: 1 });
    expect(rungs(climbed)).toEqual(['blamed-field', 'blamed-field']);
    expect(climbed.repairs.flatMap(({ notes }) => notes)).toEqual([
      'max_tokens set to 4096',
      'temperature set to 1',
    ]);
  });

  it('keeps a repair after which a reason was given for the first time', () => {
    const climbed = ladder();
    climbed.next(refusal(), AMPLE, 0);
    climbed.next(refusal('temperature must be at most 1'), AMPLE, 0);
    expect(rungs(climbed)).toEqual(['foreign-fields', 'blamed-field']);
    expect(climbed.body).toEqual({
      model: 'GPT',
      messages: [],
      max_tokens: 100_000,
      temperature: 1,
    });
  });

  it('drops a repair after which the same is complained of, or nothing in particular', () => {
    const climbed = ladder();
    climbed.next(refusal('max_tokens must be at most 4096'), AMPLE, 0);
    climbed.next(refusal('max_tokens is still bad'), AMPLE, 0);
    expect(rungs(climbed)).toEqual(['foreign-fields']);
    expect(climbed.body.max_tokens).toBe(100_000);
    climbed.next(refusal(), AMPLE, 0);
    expect(rungs(climbed)).toEqual(['token-limits']);
    expect(climbed.body.top_k).toBe(5);
  });

  it('tells the reason why what it kept was refused', () => {
    const climbed = ladder({ model: 'gpt', messages: [], max_tokens: 100_000, temperature: 1.5 });
    climbed.next(refusal('max_tokens must be at most 4096'), AMPLE, 0);
    const second = refusal('temperature must be at most 1');
    climbed.next(second, AMPLE, 0);
    let step: number | UpstreamError = 0;
    for (let turn = 0; turn < 9 && step === 0; turn++) step = climbed.next(refusal(), AMPLE, 0);
    expect(step).toBe(second);
    expect(rungs(climbed)).toEqual(['blamed-field']);
  });

  it('does not begin again after everything was tried together', () => {
    const climbed = ladder({ ...BODY, thinking_budget: 1 });
    const error = refusal();
    for (let turn = 0; turn < 5; turn++) climbed.next(error, AMPLE, 0);
    expect(rungs(climbed)).toEqual(['together']);
    expect(climbed.body).toHaveProperty('thinking_budget');
    expect(climbed.next(refusal('thinking_budget is bad'), AMPLE, 0)).toBe(error);
  });

  it('tries everything together with the last call', () => {
    const climbed = ladder();
    expect(climbed.next(refusal(), { ...AMPLE, calls: 1 }, 0)).toBe(0);
    expect(rungs(climbed)).toEqual(['together']);
  });

  it('tells the latest reason when no call is left', () => {
    const first = refusal('max_tokens must be at most 4096');
    expect(ladder().next(first, { ...AMPLE, calls: 0 }, 0)).toBe(first);
    const climbed = ladder();
    climbed.next(first, AMPLE, 0);
    const second = refusal('temperature must be at most 1');
    expect(climbed.next(second, { ...AMPLE, calls: 0 }, 0)).toBe(second);
    const vague = ladder();
    vague.next(first, AMPLE, 0);
    expect(vague.next(refusal(), { ...AMPLE, calls: 0 }, 0)).toBe(first);
  });

  it('takes 404 for the end', () => {
    const error = failure(404);
    const climbed = ladder();
    expect(climbed.next(error, AMPLE, 0)).toBe(error);
    climbed.next(refusal(), AMPLE, 0);
    expect(climbed.next(error, AMPLE, 0)).toBe(error);
  });

  it('goes on after 404 for the name in lower case', () => {
    const climbed = ladder({ model: 'GPT', messages: [], temperature: 1 });
    const error = refusal();
    climbed.next(error, AMPLE, 0);
    expect(rungs(climbed)).toEqual(['lower-case']);
    expect(climbed.next(failure(404), AMPLE, 0)).toBe(0);
    expect(rungs(climbed)).toEqual(['optional-fields']);
    climbed.next(error, AMPLE, 0);
    expect(rungs(climbed)).toEqual(['together']);
    expect(climbed.next(failure(404), AMPLE, 0)).toBe(error);
  });

  it('repeats after a passing failure of the name in lower case', () => {
    const climbed = ladder({ model: 'GPT', messages: [], temperature: 1 });
    climbed.next(refusal(), AMPLE, 0);
    expect(climbed.next(failure(503), AMPLE, 0)).toBeGreaterThan(0);
    expect(rungs(climbed)).toEqual(['lower-case']);
  });

  it('does not repair what no change of form can help', () => {
    const error = refusal('Input is too long for requested model.');
    expect(ladder().next(error, AMPLE, 0)).toBe(error);
    const late = refusal();
    expect(ladder().next(late, AMPLE, 30_000)).toBe(late);
  });
});

describe('Ladder, on passing failures', () => {
  it.each([408, 429, 500, 502, 503, 529])('repeats after %i, ever more slowly', (status) => {
    const climbed = ladder();
    const error = failure(status);
    const delays = [1, 2, 3].map(() => climbed.next(error, AMPLE, 0));
    [250, 500, 1000].forEach((most, turn) => {
      expect(delays[turn]).toBeGreaterThanOrEqual(most / 2);
      expect(delays[turn]).toBeLessThanOrEqual(most);
    });
    expect(climbed.next(error, AMPLE, 0)).toBe(error);
    expect(climbed.body).toBe(BODY);
  });

  it.each([401, 402, 403, 404, 409, 413])('does not repeat after %i', (status) => {
    const error = failure(status);
    expect(ladder().next(error, AMPLE, 0)).toBe(error);
  });

  it('repeats no more often than it may', () => {
    const error = failure(500);
    expect(ladder(BODY, 0).next(error, AMPLE, 0)).toBe(error);
    const once = ladder(BODY, 1);
    expect(once.next(error, AMPLE, 0)).toBeTypeOf('number');
    expect(once.next(error, AMPLE, 0)).toBe(error);
  });

  it('waits as long as Poe asks, within a minute', () => {
    expect(ladder().next(failure(429, { retryAfterMs: 30_000 }), AMPLE, 0)).toBe(30_000);
    const error = failure(429, { retryAfterMs: 61_000 });
    expect(ladder().next(error, AMPLE, 0)).toBe(error);
  });

  it('does not wait until its time is over', () => {
    const error = failure(429, { retryAfterMs: 1000 });
    expect(ladder().next(error, { ...AMPLE, ms: 1000 }, 0)).toBe(error);
    expect(ladder().next(error, { ...AMPLE, ms: 1001 }, 0)).toBe(1000);
  });

  it('gives up with the failure when no call is left, even in the middle of repairs', () => {
    const error = failure(500);
    expect(ladder().next(error, { ...AMPLE, calls: 0 }, 0)).toBe(error);
    const climbed = ladder();
    climbed.next(refusal(), AMPLE, 0);
    expect(climbed.next(error, { ...AMPLE, calls: 0 }, 0)).toBe(error);
  });

  it('repeats with the repair that is being tried', () => {
    const climbed = ladder();
    climbed.next(refusal(), AMPLE, 0);
    const repaired = climbed.body;
    expect(climbed.next(failure(503), AMPLE, 0)).toBeGreaterThan(0);
    expect(climbed.body).toBe(repaired);
    expect(rungs(climbed)).toEqual(['foreign-fields']);
  });

  it.each<[Modality, FailureFacts['kind'], number, boolean]>([
    ['image', 'network', 2001, false],
    ['video', 'cut', 2001, false],
    ['audio', 'cut', 60_000, false],
    ['image', 'network', 2000, true],
    ['image', 'status', 60_000, true],
    ['image', 'frame', 60_000, true],
    ['text', 'network', 60_000, true],
    ['text', 'cut', 60_000, true],
  ])('after a %s failed by %s within %i ms, it repeats: %s', (modality, kind, afterMs, repeats) => {
    const step = ladder(BODY, 3, modality).next(failure(502, { kind }), AMPLE, afterMs);
    expect(typeof step === 'number').toBe(repeats);
  });

  it.each([504, 524])(
    'does not repeat a picture after a late %i: it may still be made',
    (status) => {
      const late = ladder(BODY, 3, 'image').next(failure(status), AMPLE, 60_000);
      expect(late).toBeInstanceOf(UpstreamError);
      expect(ladder(BODY, 3, 'image').next(failure(status), AMPLE, 100)).toBeGreaterThan(0);
      expect(ladder(BODY, 3, 'text').next(failure(status), AMPLE, 60_000)).toBeGreaterThan(0);
    },
  );
});

describe('Ladder, on what would multiply an outage', () => {
  const silent = () => failure(504, { kind: 'timeout' });

  it('asks nobody twice who was silent, nor one that is left alone', () => {
    for (const error of [silent(), failure(503, { kind: 'open' })]) {
      expect(ladder().next(error, AMPLE, 0)).toBe(error);
    }
  });

  it('does not repeat when the budget of the model is used up', () => {
    const error = failure(503);
    expect(ladder().next(error, { ...AMPLE, takeRetry: () => false }, 0)).toBe(error);
  });

  it('takes nothing out of the budget where it gives up anyway, nor for a repair', () => {
    let taken = 0;
    const counting = { ...AMPLE, takeRetry: () => (taken += 1) > 0 };
    const late = failure(429, { retryAfterMs: 61_000 });
    ladder().next(late, counting, 0);
    ladder(BODY, 0).next(failure(500), counting, 0);
    ladder().next(failure(500), { ...counting, calls: 0 }, 0);
    ladder().next(refusal(), counting, 0);
    expect(taken).toBe(0);
    ladder().next(failure(500), counting, 0);
    expect(taken).toBe(1);
  });

  it("leaves a provider's quota to a fallback, if there is one", () => {
    const quota = failure(429, { message: 'Resource has been exhausted (e.g. check quota).' });
    expect(ladder().next(quota, { ...AMPLE, hasFallback: true }, 0)).toBe(quota);
    expect(ladder().next(quota, AMPLE, 0)).toBeTypeOf('number');
    const crowd = failure(429, { code: 'rate_limit_exceeded' });
    expect(ladder().next(crowd, { ...AMPLE, hasFallback: true }, 0)).toBeTypeOf('number');
  });
});

describe('Ladder, on a stream of tool calls that ends silently', () => {
  const withTools: Body = { ...BODY, tools: [{}], stream: true, stream_options: {} };
  const cut = failure(502, { kind: 'cut' });

  it('asks for the whole answer at once, and says so', () => {
    const climbed = ladder(withTools);
    expect(climbed.next(cut, AMPLE, 0)).toBeTypeOf('number');
    const { stream_options: _, ...rest } = withTools;
    expect(climbed.body).toEqual({ ...rest, stream: false });
    expect(rungs(climbed)).toEqual(['whole-answer']);
    expect(climbed.next(cut, AMPLE, 0)).toBeTypeOf('number');
    expect(rungs(climbed)).toEqual(['whole-answer']);
  });

  it('keeps what was repaired before', () => {
    const climbed = ladder({ model: 'gpt', messages: [], tools: [{}], stream: true, top_k: 5 });
    climbed.next(refusal(), AMPLE, 0);
    climbed.next(cut, AMPLE, 0);
    expect(rungs(climbed)).toEqual(['foreign-fields', 'whole-answer']);
    expect(climbed.body).toEqual({ model: 'gpt', messages: [], tools: [{}], stream: false });
  });

  it.each([
    [{ ...withTools, stream: false }, cut],
    [BODY, cut],
    [withTools, failure(503)],
  ])('does not do so otherwise', (body, error) => {
    const climbed = ladder(body);
    climbed.next(error, AMPLE, 0);
    expect(climbed.body).toBe(body);
  });
});
