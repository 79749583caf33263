import { describe, expect, it } from 'vitest';
import { parseTimeouts } from './parse-timeouts.ts';

function parse(value: unknown) {
  const problems: string[] = [];
  const timeouts = parseTimeouts(value, (problem) => problems.push(problem));
  return { timeouts, problems };
}

describe('timeouts', () => {
  it('are seconds in the file and ms inside', () => {
    const value = { connect: 2, headers: 30, first_token: 0.5, idle: 60, call: 900 };
    expect(parse(value)).toEqual({
      problems: [],
      timeouts: {
        connectMs: 2000,
        headersMs: 30_000,
        firstTokenMs: 500,
        idleMs: 60_000,
        callMs: 900_000,
      },
    });
  });

  it.each([undefined, null])('may be left out: %s', (value) => {
    expect(parse(value)).toEqual({ problems: [], timeouts: {} });
  });

  it.each([
    [30, 'timeouts must be a map'],
    [[30], 'timeouts must be a map'],
    [{ total: 30 }, 'unknown timeout "total"'],
    [{ constructor: 30 }, 'unknown timeout "constructor"'],
    [{ idle: 0 }, 'the timeout idle must be a number of seconds above 0'],
    [{ idle: '30' }, 'the timeout idle must be'],
    [{ idle: 7 * 24 * 3600 + 1 }, 'the timeout idle must be'],
  ])('of %j are refused', (value, problem) => {
    expect(parse(value)).toEqual({ timeouts: {}, problems: [expect.stringContaining(problem)] });
  });
});
