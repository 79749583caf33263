import { describe, expect, it } from 'vitest';
import {
  expectAnswerOf,
  expectRefusal,
  gaps,
  PRIMARY,
  SPARE,
  startBench,
  WITHOUT_SPARES,
  type Bench,
} from './bench.ts';

/** How many calls of the primary fell into the worst stretch of `windowMs`. */
function mostWithin(windowMs: number, bench: Bench): number {
  const times = bench.calls(PRIMARY).map(({ receivedAt }) => receivedAt);
  const within = (from: number) => times.filter((at) => at >= from && at - from < windowMs).length;
  return Math.max(...times.map(within));
}

describe('failures that pass, or do not', () => {
  it('S01: a 429 with Retry-After is tried again, and not before that', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'rate-limited-retry-after ok after=2' });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY, PRIMARY]);
    expect(gaps(bench.calls())[0]).toBeGreaterThanOrEqual(1800);
  });

  it('S02: a 429 that stays is not hammered, then the fallback answers', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'rate-limited' });
    expectAnswerOf(SPARE, reply);
    expect(bench.calls(PRIMARY).length).toBeLessThanOrEqual(6);
    expect(mostWithin(3000, bench)).toBeLessThanOrEqual(4);
    for (const gap of gaps(bench.calls(PRIMARY))) expect(gap).toBeGreaterThan(100);
    expect(bench.asked().indexOf(SPARE)).toBe(bench.calls(PRIMARY).length);
    expect(bench.calls(SPARE)).toHaveLength(1);
  });

  it('S02: a 429 that stays is the answer where there is no fallback', async () => {
    const bench = await startBench(WITHOUT_SPARES);
    const reply = await bench.ask({ primary: 'rate-limited' });
    expectRefusal(reply, 429, 'rate_limit_exceeded');
    expect(bench.calls(PRIMARY).length).toBeLessThanOrEqual(6);
    expect(mostWithin(3000, bench)).toBeLessThanOrEqual(4);
  });

  it('S03: after one 500 the same model is asked again', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'provider-error ok' });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY, PRIMARY]);
  });

  it('S04: a 503 that stays makes the fallback answer', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'unavailable' });
    expectAnswerOf(SPARE, reply);
    expect(bench.calls(PRIMARY).length).toBeLessThanOrEqual(5);
    expect(bench.asked().indexOf(SPARE)).toBe(bench.calls(PRIMARY).length);
    expect(bench.calls(SPARE)).toHaveLength(1);
  });

  it('S04: a 503 that stays is the answer where there is no fallback', async () => {
    const bench = await startBench(WITHOUT_SPARES);
    const message = expectRefusal(
      await bench.ask({ primary: 'unavailable' }),
      503,
      'upstream_error',
    );
    expect(message).toContain('temporarily unavailable');
    expect(bench.calls().length).toBeLessThanOrEqual(6);
  });

  it('S05: after a reset of the connection the request is sent again', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'reset ok' });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY, PRIMARY]);
    expect(bench.calls()[0]).toMatchObject({ outcome: 'cut' });
    expect(bench.calls()[0]?.status).toBeUndefined();
  });
});
