import { expect, it } from 'vitest';
import type { RedisLink } from '../../store/redis-link.ts';
import { LocalWindow } from './local-window.ts';
import { RedisWindow } from './redis-window.ts';

/** What real servers do is in test/shared-pace.e2e-spec.ts; this is an order that they seldom show. */
it('tells Redis of requests that were made while it was being told of earlier ones', async () => {
  /** Number of the next request, and the ages of those before it, of each question. */
  const asked: [unknown, number][] = [];
  let tell = () => Promise.resolve<unknown>(undefined);
  const link = {
    isUp: false,
    answerMs: 100,
    onReturn: (teller: typeof tell) => {
      tell = teller;
    },
    run: (...[, , , , wanted, , first, ...ages]: number[]) => {
      asked.push([first, ages.length]);
      return Promise.resolve([wanted, 0]);
    },
  };
  const window = new RedisWindow(link as unknown as RedisLink, 'key', new LocalWindow(9, 60_000));
  await window.take(2, performance.now());
  const told = tell();
  await window.take(1, performance.now());
  await told;
  link.isUp = true;
  await window.take(1, performance.now());
  await window.take(1, performance.now());
  expect(asked).toEqual([
    [2, 2],
    [3, 1],
    [4, 0],
  ]);
});
