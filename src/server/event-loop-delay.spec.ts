import { expect, it } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.ts';

const LIMIT_MS = 500;

/** After each sample, whether the loop counts as late. */
function watch(...samples: number[]): boolean[] {
  const delay = new EventLoopDelay(LIMIT_MS);
  return samples.map((lateMs) => {
    delay.add(lateMs);
    return delay.isHigh;
  });
}
const times = (count: number, lateMs: number) => Array.from({ length: count }, () => lateMs);

it.each([
  ['a loop that is in time', times(100, 2)],
  ['a loop that is always just within the limit', times(100, LIMIT_MS - 1)],
  ['one pause of a garbage collection', [...times(10, 1), 900, ...times(10, 1)]],
  ['one pause of a minute', [60_000, ...times(10, 1)]],
  ['a pause each second', [...times(9, 1), 1500, ...times(9, 1), 1500, ...times(9, 1), 1500]],
  ['timers that fire early', [...times(100, -5)]],
])('does not mind %s', (_what, samples) => {
  expect(watch(...samples)).not.toContain(true);
});

it('is high once the loop has been late for several turns', () => {
  const seen = watch(...times(20, 1.2 * LIMIT_MS));
  expect(seen.indexOf(true)).toBe(8);
  expect(seen.lastIndexOf(false)).toBe(7);
});

it('notices the sooner the later the loop is', () => {
  expect(watch(...times(5, 3 * LIMIT_MS)).indexOf(true)).toBe(1);
});

it('is well again at half the limit only', () => {
  const high = times(30, 1.2 * LIMIT_MS);
  expect(watch(...high, ...times(30, 0.6 * LIMIT_MS)).at(-1)).toBe(true);
  expect(watch(...high, ...times(30, 0.4 * LIMIT_MS)).at(-1)).toBe(false);
  // A loop that is in time at once is believed after some samples.
  expect(watch(...high, ...times(5, 0)).slice(-5)).toEqual([true, true, true, false, false]);
});
