import { expect, it } from 'vitest';
import { RecentPairs } from './recent-pairs.ts';

it('tells pairs apart', () => {
  const pairs = new RecentPairs();
  pairs.set('a', 'M', 1);
  pairs.set('b', 'M', 2);
  pairs.set('a', 'N', 3);
  expect([pairs.get('a', 'M'), pairs.get('b', 'M'), pairs.get('a', 'N')]).toEqual([1, 2, 3]);
  expect(pairs.get('b', 'N')).toBeUndefined();
});

it('forgets what was set longest ago', () => {
  const pairs = new RecentPairs(2);
  pairs.set('a', 'M', 1);
  pairs.set('b', 'M', 2);
  pairs.set('a', 'M', 3);
  pairs.set('c', 'M', 4);
  expect([pairs.get('a', 'M'), pairs.get('b', 'M'), pairs.get('c', 'M')]).toEqual([
    3,
    undefined,
    4,
  ]);
});
