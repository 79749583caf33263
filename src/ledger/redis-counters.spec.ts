import { expect, it } from 'vitest';
import type { RedisLink } from '../store/redis-link.ts';
import type { RedisScript } from '../store/redis-script.ts';
import { BudgetCalendar } from './budget-calendar.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { RedisCounters } from './redis-counters.ts';
import { RedisSeeds } from './redis-seeds.ts';
import { RedisTeller } from './redis-teller.ts';
import { Tallies } from './tallies.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const instance = { id: '0-0-0-0-0' } as const;

/** What real servers do is in test/shared-budgets.e2e-spec.ts; this is an order that they never showed. */
it('tells what was held in the name of an incarnation that is no more', async () => {
  const told: unknown[][] = [];
  let begin = () => Promise.resolve<unknown>(undefined);
  let answer = (_: number[]): void => undefined;
  const link = {
    isUp: true,
    onReturn: (teller: typeof begin) => {
      begin = teller;
    },
    run: ({ name }: RedisScript, count: number, ...rest: unknown[]) => {
      if (name === 'admitToBudgets') return new Promise((resolve) => (answer = resolve));
      told.push(rest.slice(count + 1));
      return Promise.resolve([0, 1]);
    },
  } as unknown as RedisLink;
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const teller = new RedisTeller(link, tallies, instance);
  const seeds = new LedgerSeeds(undefined, instance, log);
  const local = new LocalCounters(seeds, tallies, 'refuse');
  const counters = new RedisCounters(link, teller, new RedisSeeds(teller, seeds), local, 'refuse');
  const line = { tally: tallies.ofStreams('k'), limit: 2, amount: 1 };
  const admitted = counters.admit([line], [], 0);
  await Promise.resolve();
  await begin();
  answer([0, 1, 0, 0, 0, 0]);
  await admitted;
  await new Promise(setImmediate);
  // Incarnation before, lease, how; then whether it spends, and what is held.
  expect(told.map((args) => args.slice(2, 6))).toEqual([
    [15_000, 'begin', 0, 0],
    [15_000, 'renew', 0, 1],
  ]);
  await counters.close();
});

it('admits nobody before Redis knows all that is held here', async () => {
  const sent: string[] = [];
  let answer = (_: number[]): void => undefined;
  const link = {
    isUp: true,
    onReturn: () => undefined,
    run: ({ name }: RedisScript) => {
      sent.push(name);
      if (name === 'admitToBudgets') return Promise.resolve([0, 1, 0, 0, 0, 0]);
      return new Promise((resolve) => (answer = resolve));
    },
  } as unknown as RedisLink;
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const teller = new RedisTeller(link, tallies, instance);
  const seeds = new LedgerSeeds(undefined, instance, log);
  const local = new LocalCounters(seeds, tallies, 'refuse');
  const counters = new RedisCounters(link, teller, new RedisSeeds(teller, seeds), local, 'refuse');
  const beginning = teller.begin();
  const admitted = counters.admit([{ tally: tallies.ofStreams('k'), limit: 2, amount: 1 }], [], 0);
  await new Promise(setImmediate);
  expect(sent).toEqual(['tellBudgets']);
  answer([0, 1]);
  await Promise.all([beginning, admitted]);
  expect(sent).toEqual(['tellBudgets', 'admitToBudgets']);
});
