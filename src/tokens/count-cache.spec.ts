import { expect, it } from 'vitest';
import { CountCache } from './count-cache.ts';

const MOST_ENTRIES = 20_000;

function fill(cache: CountCache, entries: number): void {
  for (let i = 0; i < entries; i++) cache.set(`filler ${i}`, i);
}

it('gives equal texts one key and others another', () => {
  const cache = new CountCache();
  expect(cache.keyOf('text')).toBe(cache.keyOf(['te', 'xt'].join('')));
  expect(cache.keyOf('text')).not.toBe(cache.keyOf('texT'));
});

it('has keys of one length, however long the text', () => {
  const cache = new CountCache();
  expect(cache.keyOf('a'.repeat(100_000))).toHaveLength(cache.keyOf('').length);
});

it('remembers zero', () => {
  const cache = new CountCache();
  cache.set('key', 0);
  expect(cache.get('key')).toBe(0);
});

it('forgets what was not used for longest', () => {
  const cache = new CountCache();
  cache.set('used', 1);
  cache.set('unused', 2);
  fill(cache, MOST_ENTRIES - 2);
  expect(cache.get('used')).toBe(1);
  cache.set('one more', 3);
  expect(cache.get('used')).toBe(1);
  expect(cache.get('unused')).toBeUndefined();
});
