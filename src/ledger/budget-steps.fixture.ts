import fc from 'fast-check';
import type { Budget, BudgetBook, Spender } from './budget.ts';
import { isMeant } from './memory-ledger.fixture.ts';

const DAY = 24 * 3600 * 1000;

/** The limit of streams that every key has. */
export const STREAMS = 3;

export const BUDGETS: readonly Budget[] = [
  { id: 'td', scope: 'team', subject: 't', period: 'day', points: 100 },
  { id: 'tm', scope: 'team', subject: 't', period: 'month', points: 150 },
  { id: 'kd', scope: 'key', subject: 'k0', period: 'day', points: 60 },
  { id: 'mw', scope: 'model', subject: 'm0', period: 'week', points: 50 },
  { id: 'md', scope: 'model', subject: 'm1', period: 'day', points: 30 },
];
export const budgetsFor = (spender: Spender) =>
  BUDGETS.filter((budget) => isMeant(budget, spender));
export const BOOK: BudgetBook = { all: BUDGETS, budgetsFor };

/** `member`: a process; `which`: a request of before. */
interface Steps {
  admit: { member: number; model: string; key: number; points: number; isStream: boolean };
  move: { which: number; model: string; points: number };
  settle: { which: number; cost: number };
  correct: { which: number; cost: number };
  release: { which: number };
  /** The ledger finds out what another process's request cost. */
  reconcile: { member: number; which: number; cost: number };
  wait: { ms: number };
  restart: { member: number };
  pause: { member: number };
  loseData: object;
}
export type Step = { [Name in keyof Steps]: Steps[Name] & { does: Name } }[keyof Steps];

const member = fc.nat(2);
const which = fc.nat(30);
const model = fc.constantFrom('m0', 'm1', 'm2');
const points = fc.integer({ min: 0, max: 40 });
const ARBITRARIES: { [Name in keyof Steps]: fc.Arbitrary<Steps[Name]> } = {
  admit: fc.record({ member, model, key: fc.nat(2), points, isStream: fc.boolean() }),
  move: fc.record({ which, model, points }),
  settle: fc.record({ which, cost: points }),
  correct: fc.record({ which, cost: points }),
  release: fc.record({ which }),
  reconcile: fc.record({ member, which, cost: points }),
  wait: fc.record({ ms: fc.integer({ min: 0, max: DAY }) }),
  restart: fc.record({ member }),
  pause: fc.record({ member }),
  loseData: fc.record({}),
};
const WEIGHTS: Partial<Record<keyof Steps, number>> = { admit: 10, settle: 5, move: 2 };

export function stepsOf(names: readonly (keyof Steps)[], maxLength: number): fc.Arbitrary<Step[]> {
  const weighted = names.map((does) => ({
    weight: WEIGHTS[does] ?? 1,
    arbitrary: (ARBITRARIES[does] as fc.Arbitrary<object>).map(
      (members) => ({ ...members, does }) as Step,
    ),
  }));
  return fc.array(fc.oneof(...weighted), { maxLength, size: 'max' });
}
