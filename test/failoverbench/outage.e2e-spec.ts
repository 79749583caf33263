import { expect, it } from 'vitest';
import { readStream } from '../support/stream.ts';
import { until } from '../support/until.ts';
import { expectAnswerOf, gaps, PRIMARY, shipped, SPARE, startBench, type Bench } from './bench.ts';

/** Shorter than what is shipped, so that probes need not be waited for. */
const OPEN_MS = 400;
const { breakerCalls, breakerOpenMs, retryBudgetMin } = shipped.routing;

/** Requests one after the other, each answered by the fallback, until Poe saw so many calls. */
async function askUntil(calls: number, bench: Bench): Promise<number> {
  let requests = 0;
  for (; bench.calls(PRIMARY).length < calls; requests++) {
    expectAnswerOf(SPARE, await bench.ask({ primary: 'ok' }));
  }
  return requests;
}

it('S15: an outage is bridged, left alone but for probes, and over when the model is back', async () => {
  const bench = await startBench({
    tweak: (config) => ({ ...config, routing: { ...config.routing, breakerOpenMs: OPEN_MS } }),
  });
  bench.sandbox.outage = { scenario: 'unavailable', bots: [PRIMARY] };
  const requests = await askUntil(breakerCalls, bench);
  // Everybody's retries would multiply the outage.
  expect(bench.calls(PRIMARY).length - requests).toBeLessThanOrEqual(retryBudgetMin);
  const opening = bench.calls(PRIMARY).length - 1;
  await askUntil(breakerCalls + 3, bench);
  const probes = bench.calls(PRIMARY).slice(opening);
  for (const gap of gaps(probes)) expect(gap).toBeGreaterThanOrEqual(OPEN_MS);

  bench.sandbox.outage = undefined;
  await until('the model is used again', async () => {
    const reply = await bench.ask({ primary: 'ok' });
    const { model = '' } = readStream(reply.text).poeProxy ?? {};
    expectAnswerOf(model, reply);
    return model === PRIMARY;
  });
  // One good probe is enough: from here on all goes the usual way.
  const before = bench.asked().length;
  for (let count = 0; count < 5; count++) {
    expectAnswerOf(PRIMARY, await bench.ask({ primary: 'ok' }));
  }
  expect(bench.asked().slice(before)).toEqual(new Array(5).fill(PRIMARY));
});

it('S15: a model that is back is used again within 30 s by default', () => {
  expect(breakerCalls).toBeGreaterThan(0);
  expect(breakerOpenMs).toBeLessThanOrEqual(30_000);
});
