import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BudgetCalendar } from './budget-calendar.ts';
import { BudgetsModel, type Deployment } from './budgets-model.fixture.ts';
import type { Member } from './budgets-reference.fixture.ts';
import { BOOK, stepsOf } from './budget-steps.fixture.ts';
import { Budgets } from './budgets.ts';
import { Instance } from '../store/instance.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { MemoryLedger } from './memory-ledger.fixture.ts';
import { Tallies } from './tallies.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function startAlone(): Deployment & { tallies: Tallies } {
  const ledger = new MemoryLedger();
  const start = (): Member & { tallies: Tallies } => {
    const instance = new Instance();
    const tallies = new Tallies(new BudgetCalendar('UTC'));
    const counters = new LocalCounters(new LedgerSeeds(ledger, instance, log), tallies, 'refuse');
    const budgets = new Budgets(BOOK, tallies, counters);
    return { id: instance.id, budgets, tallies, tell: () => Promise.resolve() };
  };
  const first = start();
  const deployment = {
    members: [first],
    ledger,
    tallies: first.tallies,
    restart: () => {
      const next = start();
      deployment.members[0] = next;
      deployment.tallies = next.tallies;
      return Promise.resolve();
    },
  };
  return deployment;
}

it('never admits above a budget, forgets nothing spent and keeps nothing held', async () => {
  const names = [
    'admit',
    'move',
    'settle',
    'correct',
    'release',
    'reconcile',
    'wait',
    'restart',
  ] as const;
  const property = fc.asyncProperty(stepsOf(names, 120), async (steps) => {
    const deployment = startAlone();
    await new BudgetsModel(deployment).run(steps);
    for (const { held } of deployment.tallies.all()) expect(held).toBe(0);
  });
  await fc.assert(property, { numRuns: 300 });
});
