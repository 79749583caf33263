import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CountCache } from './count-cache.ts';

/** Keys that all have to stand in the same few places. */
const crowded = (nth: number): Buffer => {
  const key = Buffer.alloc(32);
  key.writeUInt32LE(nth);
  return key;
};

it('gives equal texts one key and others another', () => {
  const cache = new CountCache();
  expect(cache.keyOf('text')).toEqual(cache.keyOf(['te', 'xt'].join('')));
  expect(cache.keyOf('text')).not.toEqual(cache.keyOf('texT'));
});

it('remembers zero, and what was said last', () => {
  const cache = new CountCache();
  const key = cache.keyOf('text');
  expect(cache.get(key)).toBeUndefined();
  cache.set(key, 0);
  expect(cache.get(key)).toBe(0);
  cache.set(key, 4_000_000);
  expect(cache.get(key)).toBe(4_000_000);
});

it('remembers some ten thousand texts', () => {
  const cache = new CountCache();
  const keys = Array.from({ length: 10_000 }, (_, nth) => cache.keyOf(`text ${nth}`));
  for (const [nth, key] of keys.entries()) cache.set(key, nth);
  const known = keys.filter((key, nth) => cache.get(key) === nth);
  expect(known.length).toBeGreaterThan(9900);
  expect(keys.filter((key, nth) => ![nth, undefined].includes(cache.get(key)))).toEqual([]);
});

it('forgets what was not used for longest, of those in one place', () => {
  const cache = new CountCache();
  for (const nth of [1, 2, 3, 4]) cache.set(crowded(nth), nth);
  expect(cache.get(crowded(1))).toBe(1);
  cache.set(crowded(5), 5);
  expect([1, 2, 3, 4, 5].map((nth) => cache.get(crowded(nth)))).toEqual([1, undefined, 3, 4, 5]);
});

it('never says anything but what was set last', () => {
  const step = fc.record({ nth: fc.nat(8), count: fc.option(fc.nat(), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new CountCache();
      const last = new Map<number, number>();
      for (const { nth, count } of steps) {
        if (count === undefined)
          expect([last.get(nth), undefined]).toContain(cache.get(crowded(nth)));
        else {
          cache.set(crowded(nth), count);
          last.set(nth, count);
          expect(cache.get(crowded(nth))).toBe(count);
        }
      }
    }),
  );
});
