import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from './retry-delay.ts';

describe('retryDelay', () => {
  it.each([
    [0, 125, 250],
    [1, 250, 500],
    [2, 500, 1000],
    [4, 2000, 4000],
    [5, 4000, 8000],
    [6, 4000, 8000],
    [50, 4000, 8000],
  ])('retry %i waits %i to %i ms', (retries, least, most) => {
    expect(retryDelay(retries, undefined, () => 0)).toBe(least);
    expect(retryDelay(retries, undefined, () => 0.5)).toBe((least + most) / 2);
    expect(retryDelay(retries, undefined, () => 1)).toBe(most);
  });

  it('differs from call to call', () => {
    const delays = new Set(Array.from({ length: 20 }, () => retryDelay(0, undefined)));
    expect(delays.size).toBeGreaterThan(1);
  });

  it.each([
    [0, 0],
    [10, 10],
    [60_000, 60_000],
    [60_001, undefined],
    [Infinity, undefined],
  ])('a Retry-After of %d ms makes it %s', (retryAfterMs, delay) => {
    expect(retryDelay(3, retryAfterMs)).toBe(delay);
  });

  it('is never below 125 ms nor above 8 s of itself', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (retries, random) => {
        const delay = retryDelay(retries, undefined, () => random);
        expect(delay).toBeGreaterThanOrEqual(125);
        expect(delay).toBeLessThanOrEqual(8000);
      }),
    );
  });
});
