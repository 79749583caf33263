import { describe, expect, it } from 'vitest';
import {
  beginning,
  expectAnswerOf,
  expectBrokenOff,
  expectRefusal,
  PRIMARY,
  SPARE,
  startBench,
} from './bench.ts';

const SMALL = 'GPT-4.1-nano';
const OVERFLOWS = ['context-length-exceeded', 'context-overflow', 'request-too-large'];

describe('refusals that another try does not cure', () => {
  it.each(OVERFLOWS)(
    'S12: what is too long goes only to a model that takes more (%s)',
    async (scenario) => {
      const bench = await startBench({
        primary: { max_tokens: 20_000 },
        spares: { [SMALL]: { max_tokens: 10_000 }, [SPARE]: { max_tokens: 40_000 } },
      });
      const reply = await bench.ask({ primary: scenario });
      expectAnswerOf(SPARE, reply);
      expect(bench.asked()).toEqual([PRIMARY, SPARE]);
    },
  );

  it.each(OVERFLOWS)(
    'S12: what is too long is refused where no model takes more (%s)',
    async (scenario) => {
      const bench = await startBench({
        primary: { max_tokens: 20_000 },
        spares: { [SMALL]: { max_tokens: 10_000 }, [SPARE]: { max_tokens: 20_000 } },
      });
      const reply = await bench.ask({ primary: scenario });
      expectRefusal(reply, scenario === 'request-too-large' ? 413 : 400, 'context_length_exceeded');
      expect(bench.asked()).toEqual([PRIMARY]);
    },
  );

  it.each([
    ['content-filter', 400, 'content_policy_violation', /safety system/],
    ['moderation', 403, 'permission_denied', /flagged by moderation/],
  ])(
    'S13: %s is passed on with its reason, and goes to no other model',
    async (scenario, status, code, reason) => {
      const bench = await startBench();
      const reply = await bench.ask({ primary: scenario });
      expect(expectRefusal(reply, status, code)).toMatch(reason);
      expect(bench.asked()).toEqual([PRIMARY]);
    },
  );

  it('S14: a fallback that refuses does not hide why it was asked', async () => {
    const bench = await startBench();
    const reply = await bench.ask({ primary: 'unavailable', spare: 'unsupported-feature' });
    const message = expectRefusal(reply, 503, 'upstream_error');
    expect(message).toContain('temporarily unavailable');
    expect(bench.asked().at(-1)).toBe(SPARE);
  });

  it('S14: a fallback is not asked to go on where a stream broke off', async () => {
    const bench = await startBench();
    const reply = await bench.ask({
      primary: 'cut-mid-stream frames=40',
      spare: 'unsupported-feature',
    });
    expectBrokenOff(reply, beginning(40), 'upstream_cut_off');
    expect(bench.asked()).toEqual([PRIMARY]);
  });
});
