import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.ts';
import type { BudgetRule } from '../keys/roster.ts';
import { BudgetBook, type Budget, type Spender } from './budget.ts';

type BySubject = ReadonlyMap<string, readonly Budget[]>;

const NONE: readonly Budget[] = [];

/** The budgets of KEYS_FILE and of the database, found by whom they are for. */
@Injectable()
export class KeyRingBook extends BudgetBook {
  /** What is here is made of these; the ring has another list after each change. */
  #rules: readonly BudgetRule[] = NONE;
  #all: readonly Budget[] = NONE;
  #index: Record<Budget['scope'], BySubject> = indexOf(NONE);

  constructor(private readonly ring: KeyRing) {
    super();
  }

  get all(): readonly Budget[] {
    this.#refresh();
    return this.#all;
  }

  override budgetsFor({ teamId, keyId, model }: Spender): readonly Budget[] {
    this.#refresh();
    if (this.#all.length === 0) return NONE;
    const { team, key, model: ofModel } = this.#index;
    return [
      ...(team.get(teamId) ?? NONE),
      ...(key.get(keyId) ?? NONE),
      ...(ofModel.get(model) ?? NONE),
    ];
  }

  #refresh(): void {
    const { budgets } = this.ring;
    if (budgets === this.#rules) return;
    this.#rules = budgets;
    this.#all = budgets.map((budget) =>
      budget.scope === 'team' ? { ...budget, name: this.ring.teamName(budget.subject) } : budget,
    );
    this.#index = indexOf(this.#all);
  }
}

function indexOf(budgets: readonly Budget[]): Record<Budget['scope'], BySubject> {
  const of = (scope: Budget['scope']) =>
    Map.groupBy(
      budgets.filter((budget) => budget.scope === scope),
      ({ subject }) => subject,
    );
  return { team: of('team'), key: of('key'), model: of('model') };
}
