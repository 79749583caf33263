import { BudgetCalendar } from './budget-calendar.ts';
import { budgetsFor } from './budget-steps.fixture.ts';
import type { BudgetHold } from './budget-hold.ts';
import type { Budget, Spender } from './budget.ts';
import type { Budgets } from './budgets.ts';
import { isMeant, type MemoryLedger, type Row } from './memory-ledger.fixture.ts';

/** One gateway process. */
export interface Member {
  readonly id: string;
  readonly budgets: Budgets;
  /** Waits until the store knows all that the process knows. */
  readonly tell: () => Promise<void>;
}

export interface Request {
  readonly member: Member;
  readonly hold: BudgetHold;
  readonly row: Row;
  readonly isStream: boolean;
  /** 0 as soon as it is over. */
  held: number;
}

/** What all that are to be admitted are compared with: plain sums over all requests there were. */
export class BudgetsReference {
  readonly requests: Request[] = [];
  /** Those whose holds the store does not know at the moment. */
  readonly absent = new Set<Member>();
  readonly #calendar = new BudgetCalendar('UTC');

  constructor(private readonly ledger: MemoryLedger) {}

  spent(budget: Budget, at: number): number {
    const { start, end } = this.#calendar.windowOf(budget.period, at);
    return this.ledger.spent(budget, start, end);
  }

  fits(budget: Budget, points: number, at: number): boolean {
    const { start, end } = this.#calendar.windowOf(budget.period, at);
    const held = this.#counted
      .filter(({ row }) => row.openedAt >= start && row.openedAt < end)
      .filter(({ row }) => isMeant(budget, row.spender))
      .reduce((sum, request) => sum + request.held, 0);
    return this.spent(budget, at) + held + points <= budget.points;
  }

  full(spender: Spender, points: number, at: number): Budget | undefined {
    return budgetsFor(spender).find((budget) => !this.fits(budget, points, at));
  }

  streams(keyId: string): number {
    return this.#counted.filter(({ isStream, row }) => isStream && row.spender.keyId === keyId)
      .length;
  }

  get #counted(): Request[] {
    return this.requests.filter(({ held, member }) => held > 0 && !this.absent.has(member));
  }
}
