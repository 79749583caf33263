import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalWindow } from './local-window.ts';

describe('LocalWindow', () => {
  it('says when the next may be had, to the millisecond', () => {
    const window = new LocalWindow(2, 1000);
    expect(window.take(1, 0)).toEqual({ count: 1, waitMs: 0 });
    expect(window.take(1, 300)).toEqual({ count: 1, waitMs: 0 });
    expect(window.take(1, 400)).toEqual({ count: 0, waitMs: 600 });
    expect(window.take(1, 999)).toEqual({ count: 0, waitMs: 1 });
    expect(window.take(2, 1000)).toEqual({ count: 1, waitMs: 300 });
  });

  it('counts what was allowed elsewhere, and tells how long ago it all was', () => {
    const window = new LocalWindow(5, 1000);
    window.take(1, 0);
    window.record(2, 600);
    expect(window.ages(900)).toEqual([900, 300, 300]);
    expect(window.ages(1000)).toEqual([400, 400]);
    expect([window.used(1000), window.total]).toEqual([2, 3]);
  });

  it('allows as many as its limit in any window, and never fewer than that', () => {
    const steps = fc.array(fc.tuple(fc.nat(700), fc.integer({ min: 1, max: 3 })), {
      maxLength: 1500,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), steps, (limit, asked) => {
        const window = new LocalWindow(limit, 1000);
        const taken: number[] = [];
        let now = 0;
        for (const [pause, wanted] of asked) {
          now += pause;
          const used = taken.filter((time) => time > now - 1000).length;
          const { count, waitMs } = window.take(wanted, now);
          expect(count).toBe(Math.min(wanted, limit - used));
          for (let index = 0; index < count; index++) taken.push(now);
          if (count < wanted) expect(waitMs).toBe((taken.at(-limit) ?? now) + 1000 - now);
        }
        expect(window.total).toBe(taken.length);
      }),
      { numRuns: 50 },
    );
  });
});
