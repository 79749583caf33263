import { describe, expect, it } from 'vitest';
import type { Budget } from './budget.ts';
import { refusalError } from './refusal-error.ts';
import { Tally } from './tally.ts';

const budget: Budget = {
  id: 'b',
  scope: 'team',
  subject: 'data',
  period: 'month',
  points: 100_000,
};
const END = Date.UTC(2026, 11, 1);
const streams = new Tally('streams:k', undefined, 0, Infinity);

const refusedBy = (points: number, asked: number) => {
  const tally = new Tally('b:0', { ...budget, points }, 0, END);
  return refusalError({
    line: { tally, limit: points, amount: asked },
    spent: 99_000,
    held: 800,
  });
};

describe('a refusal', () => {
  it('by a budget says what is spent, held and asked for, and when it starts anew', () => {
    const error = refusedBy(100_000, 500);
    expect(error).toMatchObject({
      status: 402,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
      headers: { 'x-should-retry': 'false' },
      message:
        'The monthly budget of team "data" is used up: 99,000 of 100,000 points are spent and 800 held for requests that are under way; this request is estimated at 500. It starts anew at 2026-12-01T00:00:00.000Z.',
    });
  });

  it('of what no window will ever have room for does not speak of the next', () => {
    const { message } = refusedBy(400, 500);
    expect(message).toContain('is too small for this request');
    expect(message).not.toContain('starts anew');
  });

  it('by a rate says when to try again', () => {
    const rate = { kind: 'requests', keyId: 'k', limit: 10, amount: 1 } as const;
    expect(refusalError({ rate, used: 9.5, waitMs: 1001 })).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      headers: {
        'retry-after': '2',
        'x-ratelimit-limit-requests': '10',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '2s',
      },
    });
  });

  it('by a rate that is smaller than the request advises against that', () => {
    const rate = { kind: 'tokens', keyId: 'k', limit: 10, amount: 11 } as const;
    const error = refusalError({ rate, used: 0, waitMs: undefined });
    expect(error.headers).toEqual({
      'x-should-retry': 'false',
      'x-ratelimit-limit-tokens': '10',
      'x-ratelimit-remaining-tokens': '10',
    });
    expect(error.message).toContain('counted with 11');
  });

  it('for its streams names both numbers', () => {
    const error = refusalError({
      line: { tally: streams, limit: 2, amount: 1 },
      spent: 0,
      held: 2,
    });
    expect(error).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(error.message).toContain('may have 2 streams at the same time, and has 2');
  });
});
