import { describe, expect, it } from 'vitest';
import type { Tweak } from '../support/start-gateway.ts';
import {
  beginning,
  expectAnswerOf,
  expectBrokenOff,
  expectLeft,
  expectRefusal,
  PRIMARY,
  shipped,
  SPARE,
  startBench,
  WITHOUT_SPARES,
} from './bench.ts';

const firstToken =
  (firstTokenTimeoutMs: number): Tweak =>
  (config) => ({ ...config, poe: { ...config.poe, firstTokenTimeoutMs } });

describe('models that fall silent', () => {
  it('S06: a model that never answers is left once, and for good', async () => {
    const bench = await startBench({ primary: { timeouts: { first_token: 0.3 } } });
    const reply = await bench.ask({ primary: 'stall-before-headers' });
    expectAnswerOf(SPARE, reply);
    expect(bench.asked()).toEqual([PRIMARY, SPARE]);
    await expectLeft(bench, PRIMARY);
  });

  it('S06: without a fallback, silence is a 504 at the limit for headers', async () => {
    const bench = await startBench({ ...WITHOUT_SPARES, primary: { timeouts: { headers: 0.3 } } });
    const reply = await bench.ask({ primary: 'stall-before-headers' });
    expectRefusal(reply, 504, 'upstream_timeout');
    expect(bench.asked()).toEqual([PRIMARY]);
    await expectLeft(bench, PRIMARY);
  });

  it('S06: an answer in JSON, whose headers come last, is bounded as a whole', async () => {
    const bench = await startBench({ ...WITHOUT_SPARES, primary: { timeouts: { call: 0.3 } } });
    const reply = await bench.ask({ primary: 'stall-before-headers' }, { stream: false });
    expectRefusal(reply, 504, 'upstream_timeout');
    expect(bench.asked()).toEqual([PRIMARY]);
    await expectLeft(bench, PRIMARY);
  });

  it('S06: the limits for headers and for the whole are there by default', () => {
    expect(shipped.poe.headersTimeoutMs).toBeGreaterThan(0);
    expect(shipped.poe.callTimeoutMs).toBeGreaterThan(0);
  });

  it('S07: a first token that is late makes the fallback answer', async () => {
    const bench = await startBench({ tweak: firstToken(300) });
    const reply = await bench.ask({ primary: 'ok first=20000' });
    expectAnswerOf(SPARE, reply);
    expect(bench.asked()).toEqual([PRIMARY, SPARE]);
    await expectLeft(bench, PRIMARY);
    expect(bench.calls(PRIMARY)[0]).toMatchObject({ status: 200, framesSent: 0 });
  });

  it('S07: the limit is no longer than 15 s by default', () => {
    expect(shipped.poe.firstTokenTimeoutMs).toBeGreaterThan(0);
    expect(shipped.poe.firstTokenTimeoutMs).toBeLessThanOrEqual(15_000);
  });

  it('S07: a late first token is waited for where there is no fallback', async () => {
    const bench = await startBench({ ...WITHOUT_SPARES, tweak: firstToken(100) });
    const reply = await bench.ask({ primary: 'ok first=600' });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY]);
  });

  it('S07: an answer in JSON, which comes whole, is not taken for a late first token', async () => {
    const bench = await startBench({ tweak: firstToken(100) });
    const reply = await bench.ask({ primary: 'ok first=600' }, { stream: false });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY]);
  });

  it('S09: a stream that stalls ends in an error, and the next request is served', async () => {
    const bench = await startBench({ primary: { timeouts: { idle: 0.8 } } });
    const reply = await bench.ask({ primary: 'stall frames=20' });
    expectBrokenOff(reply, beginning(20), 'upstream_timeout');
    await expectLeft(bench, PRIMARY);
    expectAnswerOf(PRIMARY, await bench.ask({ primary: 'ok' }));
    expect(bench.asked()).toEqual([PRIMARY, PRIMARY]);
  });

  it('S09: the limit is no longer than 45 s by default', () => {
    expect(shipped.poe.idleTimeoutMs).toBeGreaterThan(0);
    expect(shipped.poe.idleTimeoutMs).toBeLessThanOrEqual(45_000);
  });
});
