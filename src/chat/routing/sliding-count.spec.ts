import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlidingCount } from './sliding-count.ts';

const WINDOW = 60_000;
const SLOT = WINDOW / 12;

it('counts what happened in the window, to a slot of it', () => {
  const steps = fc.array(fc.nat(WINDOW / 3), { maxLength: 60 });
  fc.assert(
    fc.property(fc.nat(1e9), steps, (start, waits) => {
      const count = new SlidingCount(WINDOW);
      const times: number[] = [];
      let now = start;
      for (const wait of waits) {
        now += wait;
        times.push(now);
        count.add(now);
      }
      const total = count.total(now);
      expect(total).toBeLessThanOrEqual(times.filter((time) => now - time <= WINDOW).length);
      expect(total).toBeGreaterThanOrEqual(
        times.filter((time) => now - time <= WINDOW - SLOT).length,
      );
    }),
  );
});

it('has forgotten everything a window later, and when it is told to', () => {
  const count = new SlidingCount(WINDOW);
  for (let time = 0; time < WINDOW; time += 1000) count.add(time);
  expect(count.total(WINDOW - 1)).toBe(60);
  expect(count.total(2 * WINDOW)).toBe(0);
  count.add(2 * WINDOW);
  count.clear();
  expect(count.total(2 * WINDOW)).toBe(0);
});
