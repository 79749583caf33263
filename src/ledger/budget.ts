/** No more than so many points in each period, for everything that the subject stands for. */
export interface Budget {
  /** The same in every process and after every start. */
  readonly id: string;
  readonly scope: 'team' | 'key' | 'model';
  /** Id of a team or of a key, or the registry name of a model. */
  readonly subject: string;
  readonly period: BudgetPeriod;
  readonly points: number;
}

export type BudgetPeriod = 'day' | 'week' | 'month';

/** Who spends, and on what. */
export interface Spender {
  readonly teamId: string;
  readonly keyId: string;
  /** Registry name of the model that is really called. */
  readonly model: string;
}

/** Knows the budgets; asked for every request, so it answers from memory. */
export abstract class BudgetBook {
  /** All that apply: those of the team, of the key and of the model. */
  abstract budgetsFor(spender: Spender): readonly Budget[];
}
