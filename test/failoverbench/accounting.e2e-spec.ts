import { expect, it } from 'vitest';
import { readStream, type PoeProxy } from '../support/stream.ts';
import { until } from '../support/until.ts';
import { PRIMARY, SPARE, startBench } from './bench.ts';

interface Answer {
  model: string;
  usage?: { prompt_tokens: number; completion_tokens: number };
  poe_proxy?: PoeProxy;
}

it.each([
  ['stream', true],
  ['JSON', false],
])('S16: an answer of the fallback is told and billed as its own (%s)', async (_form, stream) => {
  const bench = await startBench({ environment: { FOOTER: 'always' } });
  const before = bench.sandbox.balance;
  const reply = await bench.ask({ primary: 'unavailable', spare: 'ok prompt=1234' }, { stream });

  const parts: Answer[] = stream
    ? readStream(reply.text).chunks
    : [JSON.parse(reply.text) as Answer];
  expect(new Set(parts.map(({ model }) => model))).toEqual(new Set([SPARE]));
  expect(reply.headers['x-poe-proxy-model']).toBe(SPARE);
  expect(parts.findLast(({ usage }) => usage)?.usage).toMatchObject({
    prompt_tokens: 1234,
    completion_tokens: 60,
  });

  // One row, the fallback's: what failed costs nothing, and nothing is guessed for it.
  const [row, ...others] = bench.sandbox.ledger;
  expect(others).toEqual([]);
  expect(row).toMatchObject({ bot_name: SPARE });
  expect(parts.find(({ poe_proxy: facts }) => facts)?.poe_proxy).toMatchObject({
    model: SPARE,
    points: row?.cost_points,
    points_source: 'history',
    balance: before - (row?.cost_points ?? 0),
    attempts: bench.calls().length,
  });
  expect(bench.calls(PRIMARY).every(({ points }) => points === undefined)).toBe(true);
  await until('the request is logged', () => bench.gateway.requests().length === 1);
  expect(bench.gateway.requests()[0]).toMatchObject({ model: SPARE });
});
