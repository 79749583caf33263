import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BoundedThrottlerStorage } from './bounded-throttler-storage.ts';

const WINDOW_MS = 10_000;
const LIMIT = 3;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const hit = (storage: BoundedThrottlerStorage, key: string) =>
  storage.increment(key, WINDOW_MS, LIMIT);

describe('BoundedThrottlerStorage', () => {
  it('tells without counting for how long a key has nothing left', async () => {
    const storage = new BoundedThrottlerStorage();
    const peek = () => storage.peek('a', LIMIT);
    expect(peek()).toBe(0);
    for (let nth = 0; nth < LIMIT; nth++) {
      expect(peek()).toBe(0);
      await hit(storage, 'a');
    }
    vi.advanceTimersByTime(1500);
    expect([peek(), peek(), storage.peek('b', LIMIT)]).toEqual([9, 9, 0]);
    expect(await hit(storage, 'a')).toMatchObject({ totalHits: LIMIT + 1 });
    vi.advanceTimersByTime(WINDOW_MS);
    expect(peek()).toBe(0);
    expect(await hit(storage, 'a')).toMatchObject({ totalHits: 1 });
  });

  it('tells the same of a key that was evicted', async () => {
    const storage = new BoundedThrottlerStorage(1, 1);
    for (let nth = 0; nth < LIMIT; nth++) await hit(storage, 'a');
    await hit(storage, 'b');
    expect(storage.peek('a', LIMIT)).toBe(10);
    vi.advanceTimersByTime(WINDOW_MS);
    expect(storage.peek('a', LIMIT)).toBe(0);
  });

  it('counts the hits of a key and blocks those above the limit until its window ends', async () => {
    const storage = new BoundedThrottlerStorage();
    const answers = [];
    for (let nth = 0; nth < 5; nth++) {
      answers.push(await hit(storage, 'a'));
      vi.advanceTimersByTime(1500);
    }
    expect(answers).toEqual([
      { totalHits: 1, timeToExpire: 10, isBlocked: false, timeToBlockExpire: 0 },
      { totalHits: 2, timeToExpire: 9, isBlocked: false, timeToBlockExpire: 0 },
      { totalHits: 3, timeToExpire: 7, isBlocked: false, timeToBlockExpire: 0 },
      { totalHits: 4, timeToExpire: 6, isBlocked: true, timeToBlockExpire: 6 },
      { totalHits: 5, timeToExpire: 4, isBlocked: true, timeToBlockExpire: 4 },
    ]);
    vi.advanceTimersByTime(2499);
    expect(await hit(storage, 'a')).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    vi.advanceTimersByTime(1);
    expect(await hit(storage, 'a')).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts each key for itself', async () => {
    const storage = new BoundedThrottlerStorage();
    for (let nth = 0; nth < 9; nth++) await hit(storage, 'a');
    expect(await hit(storage, 'b')).toMatchObject({ totalHits: 1 });
  });

  it('gives no fresh allowance to a key that was evicted', async () => {
    const storage = new BoundedThrottlerStorage(1);
    for (let nth = 0; nth < 4; nth++) await hit(storage, 'a');
    vi.advanceTimersByTime(9000);
    await hit(storage, 'b');
    expect(await hit(storage, 'a')).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    vi.advanceTimersByTime(1000);
    expect(await hit(storage, 'a')).toMatchObject({ totalHits: 1, timeToExpire: 10 });
  });

  it('makes room by the oldest key, whose window is nearest to its end', async () => {
    const storage = new BoundedThrottlerStorage(2);
    for (const key of ['a', 'b', 'a']) await hit(storage, key);
    vi.advanceTimersByTime(1000);
    await hit(storage, 'c');
    // Evicted or not, its count goes on.
    expect(await hit(storage, 'a')).toMatchObject({ totalHits: 3, timeToExpire: 9 });
  });

  it('lets each newcomer go on from what was evicted, not from what other newcomers did', async () => {
    const storage = new BoundedThrottlerStorage(2, 1);
    const sequence = [
      ...['a', 'b'].map((key) => ({ key, waitMs: 0 })),
      ...['c', 'd', 'e'].map((key) => ({ key, waitMs: 2000 })),
      // The windows of d and e were a's, and are over; that of c, with one hit, is not.
      { key: 'd', waitMs: 5000 },
      ...['d', 'd', 'd'].map((key) => ({ key, waitMs: 0 })),
    ];
    for (const { key, waitMs } of sequence) {
      vi.advanceTimersByTime(waitMs);
      await hit(storage, key);
    }
    expect(await hit(storage, 'f')).toMatchObject({ totalHits: 2 });
  });

  it('shares counters by a seed of its own, so that nobody can choose with whom', async () => {
    const sharing = async (seed: number) => {
      vi.spyOn(Math, 'random').mockReturnValueOnce(seed);
      const storage = new BoundedThrottlerStorage(1, 7);
      const hits: number[] = [];
      for (let stranger = 0; stranger < 40; stranger++) {
        for (const key of ['victim', 'victim', 'other']) await hit(storage, key);
        hits.push((await hit(storage, `stranger-${stranger}`)).totalHits);
        vi.advanceTimersByTime(2 * WINDOW_MS);
      }
      return hits;
    };
    expect(await sharing(0.1)).not.toEqual(await sharing(0.9));
  });

  it('forgets what was evicted once its window is over', async () => {
    const storage = new BoundedThrottlerStorage(1, 1);
    for (const key of ['a', 'a', 'a', 'b']) await hit(storage, key);
    vi.advanceTimersByTime(WINDOW_MS);
    for (const key of ['b', 'a']) expect(await hit(storage, key)).toMatchObject({ totalHits: 1 });
    expect(await hit(storage, 'b')).toMatchObject({ totalHits: 2 });
  });

  /** Whole seconds, so that the times in the answers are exact. */
  const visits = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      waitMs: fc.constantFrom(0, 0, 0, 0, 0, 1000, 2000, 5000),
    }),
    { minLength: 20, maxLength: 80 },
  );

  /** So little that keys are evicted, and share a counter, all the time. */
  const room = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 2, 4096));

  it('never lets a key pass more than the limit before the end it was told, evicted or not', async () => {
    await fc.assert(
      fc.asyncProperty(visits, room, async (sequence, [keys, buckets]) => {
        const storage = new BoundedThrottlerStorage(keys, buckets);
        const told = new Map<string, { at: number; until: number; passed: boolean }[]>();
        for (const { key, waitMs } of sequence) {
          vi.advanceTimersByTime(waitMs);
          const at = performance.now();
          const { isBlocked, timeToExpire } = await hit(storage, key);
          const answers = told.get(key) ?? [];
          told.set(key, answers);
          answers.push({ at, until: at + timeToExpire * 1000, passed: !isBlocked });
        }
        for (const answers of told.values()) {
          for (const [index, { until }] of answers.entries()) {
            const within = answers.slice(index).filter(({ at, passed }) => passed && at < until);
            expect(within.length).toBeLessThanOrEqual(LIMIT);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never makes anybody wait longer than a window', async () => {
    await fc.assert(
      fc.asyncProperty(visits, room, async (sequence, [keys, buckets]) => {
        const storage = new BoundedThrottlerStorage(keys, buckets);
        for (const { key, waitMs } of sequence) {
          vi.advanceTimersByTime(waitMs);
          const { timeToExpire } = await hit(storage, key);
          expect(timeToExpire).toBeGreaterThan(0);
          expect(timeToExpire).toBeLessThanOrEqual(WINDOW_MS / 1000);
        }
      }),
    );
  });

  it('takes no more memory for a million strangers than for a thousand', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const storage = new BoundedThrottlerStorage(1000);
    const visit = async (from: number, to: number) => {
      for (let nth = from; nth < to; nth++)
        await hit(storage, `2001:db8:0:${nth.toString(16)}::/64`);
    };
    await visit(0, 10_000);
    const before = used();
    await visit(10_000, 200_000);
    expect(used() - before).toBeLessThan(5_000_000);
    expect(await hit(storage, 'new')).toBeDefined();
  });
});
