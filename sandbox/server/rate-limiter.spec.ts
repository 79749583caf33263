import { describe, expect, it } from 'vitest';

import { RateLimiter } from './rate-limiter.ts';

describe('RateLimiter', () => {
  it('shows 499 and 1 s on every call, a second apart: as observed', () => {
    const limiter = new RateLimiter(500);
    for (const now of [0, 1000, 2000, 3000]) {
      expect(limiter.take(now)).toMatchObject({
        isAllowed: true,
        limit: 500,
        remaining: 499,
        resetSeconds: 1,
      });
    }
  });

  it('refuses the 501st at once, and allows one more after its share of the minute', () => {
    const limiter = new RateLimiter(500);
    const burst = Array.from({ length: 501 }, () => limiter.take(0));
    expect(burst.filter((state) => state.isAllowed)).toHaveLength(500);
    expect(burst[500]).toMatchObject({
      isAllowed: false,
      remaining: 0,
      resetSeconds: 60,
      retryAfterSeconds: 1,
    });
    expect(limiter.take(119).isAllowed).toBe(false);
    expect(limiter.take(120).isAllowed).toBe(true);
    expect(limiter.take(121).isAllowed).toBe(false);
  });

  it('never holds more than a minute', () => {
    const limiter = new RateLimiter(2);
    limiter.take(0);
    const later = Array.from({ length: 3 }, () => limiter.take(3_600_000).isAllowed);
    expect(later).toEqual([true, true, false]);
  });
});
