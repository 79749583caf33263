import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTurns } from './make-turns.fixture.ts';
import type { RequestWindow, Taken } from './request-window.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a turn', () => {
  it('is given at once where there is room, and without a timer', () => {
    const { take, diary, turns, end } = makeTurns({ requestsPerMinute: 2 });
    take('a');
    expect(vi.getTimerCount()).toBe(0);
    expect(diary).toEqual(['a']);
    expect(turns.state).toEqual({
      waiting: 0,
      running: 1,
      accounts: [{ name: 'default', requests: 1, isRateLimited: false, keysSetAside: [] }],
    });
    end('a');
    end('a');
    expect(turns.state.running).toBe(0);
  });

  it('waits for the minute to have room again', () => {
    const { take, diary } = makeTurns({ requestsPerMinute: 2, maxWaitMs: 2 * MINUTE });
    take('a');
    vi.advanceTimersByTime(10_000);
    for (const who of ['b', 'c', 'd']) take(who);
    vi.advanceTimersByTime(49_999);
    expect(diary).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(diary).toEqual(['a', 'b', 'c']);
    vi.advanceTimersByTime(10_000);
    expect(diary).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is refused after the longest wait, saying when one is likely', async () => {
    const { take, diary, metrics } = makeTurns({ requestsPerMinute: 2, maxWaitMs: 5000 });
    for (const who of ['a', 'b', 'c', 'd']) take(who);
    vi.advanceTimersByTime(4999);
    expect(diary).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    // There is room again in 55 s; while the other waits it counts as one who goes before.
    expect(diary.slice(2)).toEqual(['c: timeout, 85000', 'd: timeout, 55000']);
    expect((await metrics.queueRefused.get()).values).toEqual([
      { labels: { reason: 'timeout' }, value: 2 },
    ]);
  });

  it('is refused at once when as many wait as may', () => {
    const { take, diary } = makeTurns({ requestsPerMinute: 1, maxWaiting: 1 });
    const [, b] = ['a', 'b'].map((who) => take(who));
    take('c');
    expect(diary).toEqual(['a', 'c: queue_full, 120000']);
    b?.unsubscribe();
  });

  it('is not waited for where nobody may wait', () => {
    const settings = { requestsPerMinute: 1, maxWaitMs: 0 };
    const { take, diary } = makeTurns(settings);
    take('a');
    take('b');
    expect(diary).toEqual(['a', 'b: timeout, 60000']);
  });

  it('goes to who waits, not to who comes just when there is room again', () => {
    const { take, diary } = makeTurns({ requestsPerMinute: 1, maxWaitMs: 2 * MINUTE });
    take('a');
    take('b');
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + MINUTE);
    take('c');
    expect(diary).toEqual(['a', 'b']);
    clock.mockRestore();
    vi.advanceTimersByTime(2 * MINUTE);
    expect(diary).toEqual(['a', 'b', 'c']);
  });

  it('is given to nobody who has left', () => {
    const { take, diary, turns } = makeTurns({ requestsPerMinute: 1, maxWaitMs: MINUTE });
    take('a');
    const b = take('b');
    take('c');
    b.unsubscribe();
    expect(turns.state.waiting).toBe(1);
    vi.advanceTimersByTime(MINUTE);
    expect(diary).toEqual(['a', 'c']);
  });

  it('comes to an end in turn, however many end in the moment they begin', () => {
    const { turns } = makeTurns({ concurrentCalls: 1, maxWaiting: 5000 });
    let running = 0;
    let most = 0;
    let served = 0;
    let first: (() => void) | undefined;
    turns.take({ caller: 'first', address: '' }).subscribe((turn) => {
      first = () => {
        turn.end();
      };
    });
    for (let index = 0; index < 5000; index++) {
      turns.take({ caller: `${index % 3}`, address: '' }).subscribe((turn) => {
        most = Math.max(most, ++running);
        served += 1;
        running -= 1;
        turn.end();
      });
    }
    first?.();
    expect([served, most]).toEqual([5000, 1]);
  });
});

describe('when the grace of a drain is over', () => {
  it('nobody gets a turn any more, and who waits is told at once', () => {
    const { take, end, diary, turns, expired$ } = makeTurns({ concurrentCalls: 1 });
    for (const who of ['a', 'b', 'c']) take(who);
    expired$.next();
    expect(diary).toEqual(['a', 'b: shutting_down', 'c: shutting_down']);
    end('a');
    take('late');
    expect(diary.slice(3)).toEqual(['late: shutting_down']);
    expect(turns.state).toMatchObject({ waiting: 0, running: 0 });
  });
});

describe('calls at a time', () => {
  it('are limited in all', () => {
    const { take, end, diary } = makeTurns({ concurrentCalls: 2 });
    for (const who of ['a', 'b', 'c', 'd']) take(who);
    expect(diary).toEqual(['a', 'b']);
    end('b');
    expect(diary).toEqual(['a', 'b', 'c']);
    end('a');
    expect(diary).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are limited for each caller, who does not hold up others', () => {
    const { take, end, diary } = makeTurns({ concurrentCallsPerCaller: 1 });
    for (const who of ['a#1', 'a#2', 'a#3', 'b']) take(who);
    expect(diary).toEqual(['a#1', 'b']);
    end('a#1');
    expect(diary).toEqual(['a#1', 'b', 'a#2']);
    end('a#2');
    expect(diary).toEqual(['a#1', 'b', 'a#2', 'a#3']);
  });
});

it('serves ten callers with 4 each before the first, with 400, has had 60', () => {
  const { take, diary } = makeTurns({ requestsPerMinute: 10, maxWaitMs: 100 * MINUTE });
  for (let index = 0; index < 400; index++) take(`first/${index % 5}#${index}`);
  for (let index = 0; index < 40; index++) take(`other ${index % 10}#${index}`);
  vi.advanceTimersByTime(100 * MINUTE);
  expect(diary).toHaveLength(440);
  const lastOther = diary.findLastIndex((who) => who.startsWith('other'));
  expect(diary.slice(0, lastOther).filter((who) => who.startsWith('first')).length).toBeLessThan(
    60,
  );
});

describe('calls of the Usage API', () => {
  it('count, and go before all who wait, but run beside the others', async () => {
    const settings = { requestsPerMinute: 2, concurrentCalls: 1, maxWaitMs: 2 * MINUTE };
    const { turns, take, end, diary } = makeTurns(settings);
    await turns.takeForUsage('default');
    take('a');
    take('b');
    end('a');
    void turns.takeForUsage('default').then(() => diary.push('usage'));
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    expect(diary).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(diary).toEqual(['a', 'b', 'usage']);
    expect(turns.state.accounts[0]?.requests).toBe(2);
    end('b');
  });

  it('go before calls that came first', async () => {
    const { turns, take, diary } = makeTurns({ requestsPerMinute: 1, maxWaitMs: 2 * MINUTE });
    for (const who of ['a', 'b']) take(who);
    void turns.takeForUsage('default').then(() => diary.push('usage'));
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(diary).toEqual(['a', 'usage']);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(diary).toEqual(['a', 'usage', 'b']);
  });

  it('are of a known account', async () => {
    const { turns } = makeTurns({});
    await expect(turns.takeForUsage('other')).rejects.toThrow('other');
  });
});

describe('several keys', () => {
  const KEYS = ['a1@a', 'a2@a', 'b1@b'];

  it('add up by account', () => {
    const { take, diary, accounts } = makeTurns({ requestsPerMinute: 2, maxWaitMs: 1 }, KEYS);
    for (const account of accounts.all) account.pointsLeft = account.name === 'a' ? 9 : 3;
    for (const who of ['1', '2', '3', '4', '5']) take(who);
    expect(diary).toEqual(['1: a1', '2: a2', '3: b1', '4: b1']);
    vi.advanceTimersByTime(1);
    expect(diary[4]).toMatch('5: timeout');
  });

  it('are not given where they just failed, and nobody waits behind who wants another', () => {
    const { take, diary, turns, keyOf } = makeTurns(
      { requestsPerMinute: 1, maxWaitMs: 2 * MINUTE },
      KEYS,
    );
    turns.setAside(keyOf('b1'), 'rate_limited', 30_000);
    expect(turns.hasOther(new Set([keyOf('a1')]))).toBe(true);
    take('picky', ['a1', 'a2']);
    take('other');
    expect(diary).toEqual(['other: a1']);
    expect(turns.hasOther(new Set([keyOf('b1')]))).toBe(false);
    vi.advanceTimersByTime(30_000);
    expect(diary).toEqual(['other: a1', 'picky: b1']);
  });

  it('are seen in the metrics while they are set aside', async () => {
    const { turns, keyOf, metrics, take } = makeTurns({ requestsPerMinute: 1 }, KEYS);
    turns.setAside(keyOf('a1'), 'no_points');
    const waiting = ['1', '2', '3'].map((who) => take(who));
    const read = async (name: string) =>
      (await metrics.registry.getSingleMetric(name)?.get())?.values[0]?.value;
    expect(await read('poe_proxy_poe_keys_set_aside')).toBe(2);
    expect(await read('poe_proxy_queue_waiting')).toBe(2);
    for (const one of waiting) one.unsubscribe();
  });

  it('come to those who wait when the last good one is refused', () => {
    const { take, diary, turns, keyOf } = makeTurns({ requestsPerMinute: 1 }, KEYS);
    turns.setAside(keyOf('b1'), 'unauthorized');
    for (const who of ['1', '2']) take(who);
    expect(diary).toEqual(['1: a1']);
    turns.setAside(keyOf('a1'), 'no_points');
    expect(diary).toEqual(['1: a1', '2: b1']);
  });
});

describe('a key that was refused', () => {
  const aside = ({ turns }: Awaited<ReturnType<typeof makeTurns>>) =>
    turns.state.accounts.flatMap(({ keysSetAside }) => keysSetAside);

  it.each(['unauthorized', 'no_points'] as const)(
    'and works again is set aside no longer: %s',
    (why) => {
      const made = makeTurns({}, ['a1@a', 'b1@b']);
      const { turns, keyOf, take, turnOf } = made;
      turns.setAside(keyOf('a1'), why);
      vi.advanceTimersByTime(1000);
      turns.setAside(keyOf('b1'), why);
      take('last resort');
      turnOf('last resort').accepted();
      expect(aside(made)).toEqual(['b1']);
      expect(turnOf('last resort').key.name).toBe('a1');
      turns.setAside(keyOf('a1'), 'unauthorized');
      vi.advanceTimersByTime(5 * MINUTE);
      expect(aside(made)).toEqual([]);
    },
  );

  it.each(['unauthorized', 'no_points'] as const)(
    'stays set aside when the call that works is older: %s',
    (why) => {
      const made = makeTurns({}, ['a1@a', 'b1@b']);
      const { turns, keyOf, take, turnOf } = made;
      take('old');
      vi.advanceTimersByTime(1000);
      turns.setAside(keyOf('a1'), why);
      turnOf('old').accepted();
      expect(aside(made)).toEqual(['a1']);
    },
  );

  it('goes to who waits for it, once it works', () => {
    const made = makeTurns({ requestsPerMinute: 2 }, ['a1@a', 'b1@b']);
    const { turns, keyOf, take, turnOf, diary } = made;
    turns.setAside(keyOf('a1'), 'unauthorized');
    take('picky', ['b1']);
    for (const who of ['1', '2', '3']) take(who);
    expect(diary).toEqual(['picky: a1', '1: b1', '2: b1']);
    turnOf('picky').accepted();
    expect(diary.slice(3)).toEqual(['3: a1']);
  });
});

it.each([
  ['requests', { requestsPerMinute: 1 }],
  ['calls', { concurrentCalls: 1 }],
  ['calls_of_caller', { concurrentCallsPerCaller: 1 }],
] as const)('says that there are too few %s', async (lack, settings) => {
  const { turns, take } = makeTurns({ ...settings, maxWaitMs: 0 });
  take('a');
  const refused = new Promise((_, reject) => {
    turns.take({ caller: 'a', address: '' }).subscribe({ error: reject });
  });
  await expect(refused).rejects.toMatchObject({ lack });
});

describe('a window that answers later', () => {
  function slowWindow(limit: number) {
    const asked: number[] = [];
    const answers: ((taken: Taken) => void)[] = [];
    const window: RequestWindow = {
      limit,
      mostAtOnce: 64,
      used: () => 0,
      take: (wanted) => {
        asked.push(wanted);
        return new Promise((resolve) => answers.push(resolve));
      },
    };
    const answer = async (count: number, waitMs = 0) => {
      answers.shift()?.({ count, waitMs });
      await vi.advanceTimersByTimeAsync(0);
    };
    return { asked, answer, of: () => window };
  }

  it('is asked for all who wait at once, but not for those above their caps', async () => {
    const { asked, answer, of } = slowWindow(9);
    const settings = { concurrentCalls: 4, concurrentCallsPerCaller: 2 };
    const { take, diary, turns } = makeTurns(settings, undefined, { of });
    for (const who of ['a#1', 'a#2', 'a#3', 'b', 'c', 'd']) take(who);
    const usage = [turns.takeForUsage('default'), turns.takeForUsage('default')];
    expect([asked, diary]).toEqual([[1], []]);
    await answer(1);
    await usage[0];
    // One more for the Usage API, two for a and one each for two of the others.
    expect([asked, diary]).toEqual([[1, 5], []]);
    await answer(5);
    await usage[1];
    expect(diary).toEqual(['a#1', 'b', 'c', 'd']);
    expect(turns.state).toMatchObject({ waiting: 2, running: 4 });
    expect(asked).toEqual([1, 5]);
    vi.advanceTimersByTime(30_000);
    expect(diary.slice(4)).toEqual(['a#2: timeout, 6667', 'a#3: timeout, 1000']);
  });

  it('may answer with some, for those who are then the first in turn', async () => {
    const { asked, answer, of } = slowWindow(9);
    const { take, diary } = makeTurns({ maxWaiting: 2 }, undefined, { of });
    const [first] = ['a#1', 'a#2', 'a#3', 'b', 'c'].map((who) => take(who));
    await answer(1);
    expect([asked, diary]).toEqual([[1, 4], ['a#1']]);
    first?.unsubscribe();
    await answer(1, 7000);
    expect(diary).toEqual(['a#1', 'b', 'a#3: queue_full, 20334']);
    await vi.advanceTimersByTimeAsync(7000);
    expect(asked).toEqual([1, 4, 2]);
    await answer(2);
    expect(diary.slice(3).sort()).toEqual(['a#2', 'c']);
  });

  it('is asked again for nobody who has left', async () => {
    const { asked, answer, of } = slowWindow(9);
    const { take, diary } = makeTurns({}, undefined, { of });
    take('a').unsubscribe();
    await answer(1);
    expect([asked, diary]).toEqual([[1], []]);
  });
});

it('wakes for what came due while it looked', async () => {
  const clock = vi.spyOn(performance, 'now');
  const { take, diary, turns, accounts } = makeTurns({});
  const [key] = accounts.all.flatMap((account) => account.keys);
  if (key) turns.setAside(key, 'rate_limited', 1000);
  const due = performance.now() + 1000;
  // Looks just before, and the clock moves on while it does.
  const steps = [due - 0.01, due - 0.01, due - 0.01];
  clock.mockImplementation(() => steps.shift() ?? due + 0.01);
  take('a');
  clock.mockRestore();
  await vi.advanceTimersByTimeAsync(1001);
  expect(diary).toEqual(['a']);
});
