import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RateLine } from './counters.ts';
import { LocalRates } from './local-rates.ts';
import { MINUTE_MS, waitForRoom } from './minute-count.ts';

const START = 1000 * MINUTE_MS;
const rate = (amount: number, limit: number): RateLine => ({
  kind: 'tokens',
  keyId: 'k',
  limit,
  amount,
});

it('never counts more in a minute of the clock than the limit, and says when there is room', () => {
  const asked = fc.array(
    fc.record({
      amount: fc.integer({ min: 1, max: 12 }),
      pause: fc.integer({ min: 0, max: 40_000 }),
    }),
    { maxLength: 60 },
  );
  const property = fc.property(asked, fc.integer({ min: 1, max: 12 }), (list, limit) => {
    const rates = new LocalRates();
    const counted = new Map<number, number>();
    let now = START;
    for (const { amount, pause } of list) {
      now += pause;
      const one = rate(amount, limit);
      const waitMs = waitForRoom(rates.count(rate(0, 10), now), limit, amount);
      const hasRoom = rates.hasRoom(one, limit, now);
      expect(hasRoom).toBe(waitMs === 0);
      if (waitMs === undefined) expect(amount).toBeGreaterThan(limit);
      if (waitMs) {
        // Not before, if a ms of rounding is granted.
        if (waitMs > 2) expect(rates.hasRoom(one, limit, now + waitMs - 2)).toBe(false);
        now += waitMs;
        expect(rates.hasRoom(one, limit, now)).toBe(true);
      }
      if (waitMs === undefined) continue;
      rates.add(one, now);
      const minute = Math.floor(now / MINUTE_MS);
      counted.set(minute, (counted.get(minute) ?? 0) + amount);
      expect(counted.get(minute)).toBeLessThanOrEqual(limit);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

it('counts of the minute before what is not 60 seconds old', () => {
  const rates = new LocalRates();
  rates.add(rate(8, 10), START);
  const at = START + MINUTE_MS + 15_000;
  expect(rates.hasRoom(rate(4, 10), 10, at)).toBe(true);
  expect(rates.hasRoom(rate(5, 10), 10, at)).toBe(false);
  expect(rates.hasRoom(rate(10, 10), 10, START + 2 * MINUTE_MS)).toBe(true);
  rates.add(rate(8, 10), START + 2 * MINUTE_MS);
  expect(rates.hasRoom(rate(10, 10), 10, START + 4 * MINUTE_MS)).toBe(true);
});

it('corrects a count in the minute it was made, and not below nothing', () => {
  const rates = new LocalRates();
  const one = rate(8, 10);
  rates.add(one, START);
  rates.adjust(one, -3);
  expect(rates.count(rate(0, 10), START)).toMatchObject({ current: 5, previous: 0 });
  rates.add(rate(1, 10), START + MINUTE_MS);
  rates.adjust(one, 2);
  expect(rates.count(rate(0, 10), START + MINUTE_MS)).toMatchObject({ current: 1, previous: 7 });
  rates.adjust(one, -100);
  rates.adjust(rate(1, 10), 100);
  rates.add(rate(1, 10), START + 2 * MINUTE_MS);
  rates.adjust(one, 50);
  expect(rates.count(rate(0, 10), START + 2 * MINUTE_MS)).toMatchObject({
    current: 1,
    previous: 1,
  });
});
