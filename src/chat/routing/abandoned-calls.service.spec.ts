import { Subject, Subscription } from 'rxjs';
import { expect, it } from 'vitest';
import type { RoutingConfig } from '../../config/config.ts';
import type { Drain } from '../../observability/drain.ts';
import { RequestFacts } from '../../observability/request-facts.ts';
import type { Exchange } from '../exchange.ts';
import { FlowGate } from '../upstream/flow-gate.ts';
import { AbandonedCalls } from './abandoned-calls.service.ts';

function start(abandonedStream: RoutingConfig['abandonedStream'] = 'drain') {
  const expired$ = new Subject<void>();
  const config = { abandonedStream } as RoutingConfig;
  const abandoned = new AbandonedCalls(config, { expired$ } as unknown as Drain);
  const leave = (wasSent = true) => {
    const call = new Subscription();
    const facts = new RequestFacts('req_1');
    const gate = new FlowGate();
    gate.close();
    const exchange = { calls: [{ wasSent }], facts, gate } as unknown as Exchange;
    return { call, facts, gate, isTaken: abandoned.takeOver(call, exchange) };
  };
  return { expired$, leave };
}

it('takes over a call, and lets it flow that a slow client had held back', async () => {
  const { call, facts, gate, isTaken } = start().leave();
  expect(isTaken).toBe(true);
  expect(gate.isClosed).toBe(false);
  let isOver = false;
  void facts.draining?.then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  call.unsubscribe();
  await facts.draining;
  expect(isOver).toBe(true);
});

it.each([
  ['by setting', start('cancel').leave()],
  ['that was never sent', start().leave(false)],
])('leaves a call alone %s', (_, { facts, gate, isTaken }) => {
  expect(isTaken).toBe(false);
  expect(facts.draining).toBeUndefined();
  expect(gate.isClosed).toBe(true);
});

it('takes a hundred at once, and another one when one is over', () => {
  const { leave } = start();
  const [first] = Array.from({ length: 100 }, () => leave());
  expect(leave().isTaken).toBe(false);
  first?.call.unsubscribe();
  expect(leave().isTaken).toBe(true);
  expect(leave().isTaken).toBe(false);
});

it('ends them when the grace is over, and takes no more', () => {
  const { expired$, leave } = start();
  const calls = [leave(), leave()];
  expired$.next();
  expect(calls.map(({ call }) => call.closed)).toEqual([true, true]);
  expect(leave().isTaken).toBe(false);
});
