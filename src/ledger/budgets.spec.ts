import { expect, it } from 'vitest';
import { BudgetCalendar } from './budget-calendar.ts';
import type { Budget } from './budget.ts';
import { Budgets } from './budgets.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { Tallies } from './tallies.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('looks up many budgets a part at a time, which others may come between', async () => {
  const asked: number[] = [];
  class Counted extends LocalCounters {
    override admit(...args: Parameters<LocalCounters['admit']>) {
      asked.push(args[0].length);
      return super.admit(...args);
    }
  }
  const all = Array.from({ length: 250 }, (_, index): Budget => {
    return { id: `b${index}`, scope: 'key', subject: `k${index}`, period: 'day', points: index };
  });
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const counters = new Counted(new LedgerSeeds(undefined, { id: 'i' }, log), tallies, 'refuse');
  const budgets = new Budgets({ all, budgetsFor: () => [] }, tallies, counters);
  const standings = await budgets.readStanding('all', Date.UTC(2026, 4, 17));
  expect(asked).toEqual([100, 100, 50]);
  expect(standings.map(({ budget }) => budget)).toEqual(all);
  await counters.close();
});
