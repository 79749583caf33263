import type { Budget, Spender } from './budget.ts';
import { SpentReader } from './spent-reader.ts';

export interface Row {
  readonly instance: string;
  readonly openedAt: number;
  spender: Spender;
  /** Points; undefined while the request is open. */
  cost: number | undefined;
  isReconciled?: boolean;
}

/** A ledger that forgets nothing, as the database behind several instances. */
export class MemoryLedger extends SpentReader {
  readonly rows: Row[] = [];
  isDown = false;
  asked = 0;

  override spentByInstance(budget: Budget, from: number, to: number) {
    this.asked += 1;
    if (this.isDown) return Promise.reject(new Error('the database is down'));
    const sums = new Map<string, number>();
    for (const { instance, openedAt, spender, cost } of this.rows) {
      if (cost === undefined || openedAt < from || openedAt >= to) continue;
      if (isMeant(budget, spender)) sums.set(instance, (sums.get(instance) ?? 0) + cost);
    }
    return Promise.resolve(sums);
  }

  spent(budget: Budget, from: number, to: number): number {
    return this.rows
      .filter(
        ({ openedAt, spender }) => openedAt >= from && openedAt < to && isMeant(budget, spender),
      )
      .reduce((sum, { cost = 0 }) => sum + cost, 0);
  }
}

export function isMeant({ scope, subject }: Budget, { teamId, keyId, model }: Spender): boolean {
  return subject === { team: teamId, key: keyId, model }[scope];
}
