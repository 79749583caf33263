import { describe, expect, it } from 'vitest';
import type { PoeConfig } from '../../config/config.ts';
import { PoeAccounts } from '../poe-accounts.ts';
import { KeyPool } from './key-pool.ts';
import { LocalWindow } from './local-window.ts';

const MINUTE = 60_000;

/** Keys by `name@account`; two requests a minute for each account. */
function setUp(...names: string[]) {
  const keys = names.map((text) => {
    const [name = '', account = ''] = text.split('@');
    return { name, account, secret: `pk-${name}` };
  });
  const { all } = new PoeAccounts({ keys } as unknown as PoeConfig);
  const pool = new KeyPool(all, () => new LocalWindow(2, MINUTE));
  const keyOf = (name: string) => keys.find((key) => key.name === name) ?? fail(name);
  return {
    pool,
    keyOf,
    without: (...some: string[]) => new Set(some.map(keyOf)),
    points: (account: string, points: number | undefined) => {
      for (const one of all) if (one.name === account) one.pointsLeft = points;
    },
    /** As a turn does it: pick, count, give. */
    give: (now: number, without?: ReadonlySet<(typeof keys)[number]>) => {
      const one = pool.pick(without, now);
      if (!one) return undefined;
      pool.took(one.account, one.account.window.take(1, now) as never, 1, now);
      if (one.account.inHand === 0) return 'full';
      one.account.inHand -= 1;
      pool.given(one);
      return one.key.name;
    },
  };
}

function fail(name: string): never {
  throw new Error(`no key ${name}`);
}

describe('KeyPool', () => {
  it('lets the keys of an account rotate', () => {
    const { pool, give } = setUp('a@x', 'b@x', 'c@x');
    const first = [give(0), give(0)];
    const second = [give(MINUTE), give(MINUTE)];
    expect([...first, ...second]).toEqual(['a', 'b', 'c', 'a']);
    expect(pool.state(MINUTE)[0]?.requests).toBe(2);
  });

  it('takes the account with the most points that has room', () => {
    const { give, points } = setUp('a@poor', 'b@rich');
    points('poor', 10);
    points('rich', 1000);
    expect([give(0), give(0), give(0)]).toEqual(['b', 'b', 'full']);
    expect([give(1), give(1), give(1), give(1)]).toEqual(['a', 'a', 'full', undefined]);
  });

  it('takes accounts whose points are unknown after the rich and before the broke', () => {
    const { give, points } = setUp('broke@1', 'unknown@2', 'rich@3');
    points('1', 0);
    points('3', 5);
    const given = Array.from({ length: 8 }, () => give(0)).filter((name) => name !== 'full');
    expect(given).toEqual(['rich', 'rich', 'unknown', 'unknown', 'broke', 'broke']);
  });

  it('takes turns between accounts that are alike', () => {
    const { give } = setUp('a@x', 'b@y');
    expect([give(0), give(0), give(0), give(0)]).toEqual(['a', 'b', 'a', 'b']);
  });

  it('leaves a refused key alone for 5 minutes, then for longer each time, up to an hour', () => {
    const { pool, give, keyOf } = setUp('a@x', 'b@y');
    let now = 0;
    for (const minutes of [5, 10, 20, 40, 60, 60]) {
      pool.setAside(keyOf('a'), 'unauthorized', now);
      // Another call that was under way.
      pool.setAside(keyOf('a'), 'unauthorized', now);
      expect(pool.nextChange(now)).toBe(now + minutes * MINUTE);
      now += minutes * MINUTE;
      expect(give(now - 1)).toBe('b');
      expect(pool.keysAside(now)).toEqual([]);
    }
    now += 1000 * MINUTE;
    pool.setAside(keyOf('a'), 'unauthorized', now);
    expect(pool.nextChange(now)).toBe(now + 5 * MINUTE);
  });

  it('leaves an account without points alone for a minute, whatever its last reading says', () => {
    const { pool, keyOf, points } = setUp('a@x', 'b@x', 'c@y');
    const pick = (now: number) => pool.pick(undefined, now)?.key.name;
    points('x', 9000);
    points('y', 1);
    pool.setAside(keyOf('a'), 'no_points', 0);
    expect([pick(0), pick(MINUTE - 1)]).toEqual(['c', 'c']);
    expect(pool.keysAside(0).map(({ key }) => key.name)).toEqual(['a', 'b']);
    expect(pick(MINUTE)).toBe('a');
  });

  it('lets an account rest after a 429 of its own for as long as Poe says, up to a minute', () => {
    const { pool, keyOf } = setUp('a@x');
    pool.setAside(keyOf('a'), 'rate_limited', 0);
    expect(pool.pick(undefined, 999)).toBeUndefined();
    expect(pool.pick(undefined, 1000)).toBeDefined();
    pool.setAside(keyOf('a'), 'rate_limited', 1000, 7000);
    pool.setAside(keyOf('a'), 'rate_limited', 1000, 10);
    expect(pool.nextChange(1000)).toBe(8000);
    pool.setAside(keyOf('a'), 'rate_limited', 1000, 999_000);
    expect(pool.nextChange(1000)).toBe(1000 + MINUTE);
  });

  it('gives refused keys when there are no others, the least recently refused first', () => {
    const { pool, keyOf, without, give } = setUp('a@x', 'b@y', 'c@z');
    const pick = (now: number) => pool.pick(undefined, now)?.key.name;
    pool.setAside(keyOf('b'), 'unauthorized', 1);
    pool.setAside(keyOf('a'), 'unauthorized', 2);
    expect(pick(3)).toBe('c');
    pool.setAside(keyOf('c'), 'no_points', 3);
    expect(pick(4)).toBe('b');
    pool.setAside(keyOf('b'), 'unauthorized', 4);
    expect(pick(5)).toBe('a');
    expect(pool.hasOther(without('a'), 5)).toBe(false);
    expect(give(5, without('a'))).toBe('c');
  });

  it('waits for a good key that has no room rather than give a refused one', () => {
    const { pool, keyOf, give } = setUp('a@x', 'b@y');
    pool.setAside(keyOf('a'), 'unauthorized', 0);
    expect([give(0), give(0), give(0), give(0)]).toEqual(['b', 'b', 'full', undefined]);
  });

  it('gives a single key whatever Poe says of it, but for a 429', () => {
    const { pool, keyOf } = setUp('a@x');
    pool.setAside(keyOf('a'), 'unauthorized', 0);
    pool.setAside(keyOf('a'), 'no_points', 0);
    expect(pool.pick(undefined, 0)?.key.name).toBe('a');
  });

  it('knows whether there is another key at once', () => {
    const { pool, keyOf, without, give } = setUp('a@x', 'b@x', 'c@y');
    expect(pool.hasOther(without('a'), 0)).toBe(true);
    expect(pool.hasOther(without('a', 'b', 'c'), 0)).toBe(false);
    pool.setAside(keyOf('c'), 'unauthorized', 0);
    expect(pool.hasOther(without('a', 'b'), 0)).toBe(false);
    expect([give(0), give(0)]).toEqual(['a', 'b']);
    expect(pool.hasOther(without('a'), 0)).toBe(false);
    expect(pool.hasOther(without('a'), MINUTE)).toBe(true);
    pool.setAside(keyOf('b'), 'rate_limited', MINUTE);
    expect(pool.hasOther(without('a'), MINUTE)).toBe(false);
  });

  it('does not trust an account that Poe limits with a request it has in hand', () => {
    const { pool, keyOf } = setUp('a@x', 'b@y');
    const account = pool.accounts[0];
    expect(pool.pick(undefined, 0, account)?.key.name).toBe('a');
    pool.setAside(keyOf('a'), 'rate_limited', 0);
    expect(pool.pick(undefined, 0, account)).toBeUndefined();
  });
});
