import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../errors/catalogue.ts';
import type { Caller } from '../keys/caller.ts';
import { Database } from '../store/database.ts';
import { toClientError } from '../store/to-client-error.ts';
import { Budgets } from './budgets.ts';
import { readSpending, type Spending } from './read-spending.ts';
import { viewStanding, type BudgetView } from './standing.ts';

const DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

type Totals = Pick<
  Spending,
  'num_model_requests' | 'input_tokens' | 'output_tokens' | 'points' | 'estimated_points'
>;

export interface SpendingReport {
  readonly object: 'list';
  /** Empty where nothing is kept. */
  readonly data: readonly Spending[];
  /** Absent where nothing is kept. */
  readonly totals?: Totals;
  /** Of the key and its team. */
  readonly budgets: readonly BudgetView[];
}

/** What a key spent of late, and what is left of its budgets, for its owner. */
@Injectable()
export class SpendingService {
  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly budgets: Budgets,
  ) {}

  /**
   * Of the last 30 days in UTC, today included; without a database of budgets alone.
   * @throws ApiError 404 where there are neither, 503 while what counts them is down
   */
  async report({ keyId, teamId }: Caller): Promise<SpendingReport> {
    const standing = await this.budgets.readStanding({ keyId, teamId, model: '' }, Date.now());
    const budgets = standing.map(viewStanding);
    if (this.database) return { ...(await this.#spent(this.database, keyId)), budgets };
    if (budgets.length === 0) throw catalogue.noLedger();
    return { object: 'list', data: [], budgets };
  }

  async #spent(database: Database, keyId: string): Promise<Omit<SpendingReport, 'budgets'>> {
    const today = Math.floor(Date.now() / DAY_MS);
    const from = (today - DAYS + 1) * DAY_MS;
    try {
      const data = await readSpending(database, keyId, from);
      return { object: 'list', data, totals: totalsOf(data) };
    } catch (error) {
      throw toClientError(error);
    }
  }
}

function totalsOf(rows: readonly Spending[]): Totals {
  const sum = (name: keyof Totals) => rows.reduce((total, row) => total + row[name], 0);
  return {
    num_model_requests: sum('num_model_requests'),
    input_tokens: sum('input_tokens'),
    output_tokens: sum('output_tokens'),
    points: sum('points'),
    estimated_points: sum('estimated_points'),
  };
}
