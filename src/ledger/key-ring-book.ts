import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.ts';
import { BudgetBook, type Budget, type Spender } from './budget.ts';

type BySubject = ReadonlyMap<string, readonly Budget[]>;

const NONE: readonly Budget[] = [];

/** The budgets of KEYS_FILE and of the database, found by whom they are for. */
@Injectable()
export class KeyRingBook extends BudgetBook {
  /** The index is of these; the ring has another list after each change. */
  #indexed: readonly Budget[] = NONE;
  #index: Record<Budget['scope'], BySubject> = indexOf(NONE);

  constructor(private readonly ring: KeyRing) {
    super();
  }

  get all(): readonly Budget[] {
    return this.ring.budgets;
  }

  override budgetsFor({ teamId, keyId, model }: Spender): readonly Budget[] {
    const { budgets } = this.ring;
    if (budgets !== this.#indexed) {
      this.#index = indexOf(budgets);
      this.#indexed = budgets;
    }
    if (budgets.length === 0) return NONE;
    const { team, key, model: ofModel } = this.#index;
    return [
      ...(team.get(teamId) ?? NONE),
      ...(key.get(keyId) ?? NONE),
      ...(ofModel.get(model) ?? NONE),
    ];
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
