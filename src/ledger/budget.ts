import type { BudgetRule } from '../keys/roster.ts';

export interface Budget extends BudgetRule {
  /** What people call the subject, where that is not its id. */
  readonly name?: string | undefined;
}

export type BudgetPeriod = Budget['period'];

/** Who spends, and on what. */
export interface Spender {
  readonly teamId: string;
  readonly keyId: string;
  /** Registry name of the model that is really called. */
  readonly model: string;
}

/** Knows the budgets; asked for every request, so it answers from memory. */
export abstract class BudgetBook {
  abstract readonly all: readonly Budget[];

  /** All that apply: those of the team, of the key and of the model. */
  abstract budgetsFor(spender: Spender): readonly Budget[];
}
