import { expect, it } from 'vitest';
import type { RedisLink } from '../../store/redis-link.ts';
import { LocalWindow } from './local-window.ts';
import { RedisWindow } from './redis-window.ts';

const MINUTE = 60_000;

/** A link that grants whatever is asked for, and what it was asked. */
function startLink(isUp: boolean) {
  const asked: { windowUs: number; wanted: number; first: number; ages: number[] }[] = [];
  let tell = () => Promise.resolve<unknown>(undefined);
  const link = {
    isUp,
    answerMs: 100,
    onReturn: (teller: typeof tell) => {
      tell = teller;
    },
    run: (...[, , windowUs, , wanted, , first, ...ages]: number[]) => {
      asked.push({ windowUs, wanted, first, ages } as (typeof asked)[0]);
      return Promise.resolve([wanted, 0]);
    },
  };
  const own = new LocalWindow(9, MINUTE);
  const window = new RedisWindow(link as unknown as RedisLink, 'key', own);
  return { asked, link, window, tell: () => tell() };
}

/** What real servers do is in test/shared-pace.e2e-spec.ts; this is an order that they seldom show. */
it('tells Redis of requests that were made while it was being told of earlier ones', async () => {
  const { asked, link, window, tell } = startLink(false);
  await window.take(2, performance.now());
  const told = tell();
  await window.take(1, performance.now());
  await told;
  link.isUp = true;
  await window.take(1, performance.now());
  await window.take(1, performance.now());
  expect(asked.map(({ first, ages }) => [first, ages.length])).toEqual([
    [2, 2],
    [3, 1],
    [4, 0],
  ]);
});

it('keeps to the limit by itself where Redis has forgotten', async () => {
  const { asked, window } = startLink(true);
  const takes = [await window.take(5, 0), await window.take(5, 0), await window.take(5, 0)];
  expect(takes.map(({ count }) => count)).toEqual([5, 4, 0]);
  expect(takes[1]?.waitMs).toBeGreaterThan(0);
  expect(asked.map(({ wanted }) => wanted)).toEqual([5, 4]);
});

it('counts a request for as long after its minute as it may take to go out', async () => {
  const { asked, window } = startLink(true);
  await window.take(1, 0);
  expect(asked[0]?.windowUs).toBe((MINUTE + 100) * 1000);
});
