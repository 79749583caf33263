import { describe, expect, it } from 'vitest';
import {
  beginning,
  expectAnswerOf,
  expectBrokenOff,
  expectLeft,
  expectRefusal,
  PRIMARY,
  SPARE,
  startBench,
  WITHOUT_SPARES,
} from './bench.ts';

describe('streams that are not as they should be', () => {
  // A proper end of the connection, too: without a finish reason it is none of the answer.
  it.each(['cut-mid-stream', 'silent-end'])(
    'S08: a stream cut after 40 of 60 tokens never looks complete (%s)',
    async (scenario) => {
      const bench = await startBench();
      const reply = await bench.ask({ primary: `${scenario} frames=40` });
      expectBrokenOff(reply, beginning(40), 'upstream_cut_off');
      // What was sent cannot be taken back: another model's words would not fit to it.
      expect(bench.asked()).toEqual([PRIMARY]);
    },
  );

  it('S08: half an answer in JSON is none, and the fallback gives a whole one', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'cut-mid-stream' }, { stream: false });
    expectAnswerOf(SPARE, reply);
    expect(bench.asked().at(-1)).toBe(SPARE);
    expect(bench.calls(PRIMARY).every(({ outcome }) => outcome === 'cut')).toBe(true);
  });

  it('S08: half an answer in JSON is an error where there is no fallback', async () => {
    const bench = await startBench(WITHOUT_SPARES);
    const reply = await bench.ask({ primary: 'cut-mid-stream' }, { stream: false });
    expectRefusal(reply, 502, 'upstream_cut_off');
    expect(reply.text).not.toContain('prime1');
  });

  it('S10: a chunk that is no JSON is skipped, and nothing else', async () => {
    const bench = await startBench();
    // The role comes first, so that this is the tenth event after it.
    const reply = await bench.ask({ primary: 'malformed-frame frames=9' });
    expectAnswerOf(PRIMARY, reply);
    expect(bench.asked()).toEqual([PRIMARY]);
    expect(await bench.gateway.metric('poe_proxy_skipped_frames_total')).toBe(1);
    expectAnswerOf(PRIMARY, await bench.ask({ primary: 'ok' }));
  });

  it('S11: an answer without [DONE] is complete when the connection ends', async () => {
    const bench = await startBench();
    expectAnswerOf(PRIMARY, await bench.ask({ primary: 'no-done' }));
    expect(bench.asked()).toEqual([PRIMARY]);
  });

  it('S11: an answer without [DONE] is complete though the connection stays open', async () => {
    const bench = await startBench();
    expectAnswerOf(PRIMARY, await bench.ask({ primary: 'no-done-open' }));
    expect(bench.asked()).toEqual([PRIMARY]);
    // The sandbox keeps it open for as long as nobody leaves.
    await expectLeft(bench, PRIMARY);
  });
});
