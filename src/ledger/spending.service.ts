import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../errors/catalogue.ts';
import { DatabaseError } from '../store/database-error.ts';
import { Database } from '../store/database.ts';
import { readSpending, type Spending } from './read-spending.ts';

const DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;
const RETRY_AFTER_SECONDS = 2;

type Totals = Pick<
  Spending,
  'num_model_requests' | 'input_tokens' | 'output_tokens' | 'points' | 'estimated_points'
>;

export interface SpendingReport {
  readonly object: 'list';
  readonly data: readonly Spending[];
  readonly totals: Totals;
}

/** What a key spent of late, for its owner. */
@Injectable()
export class SpendingService {
  constructor(@Inject(Database) private readonly database: Database | undefined) {}

  /**
   * Of the last 30 days in UTC, today included.
   * @throws ApiError 404 without a database, 503 while it is down
   */
  async report(keyId: string): Promise<SpendingReport> {
    if (!this.database) throw catalogue.noLedger();
    const today = Math.floor(Date.now() / DAY_MS);
    const from = (today - DAYS + 1) * DAY_MS;
    try {
      const data = await readSpending(this.database, keyId, from);
      return { object: 'list', data, totals: totalsOf(data) };
    } catch (error) {
      const isAway = error instanceof DatabaseError && error.kind !== 'refused';
      throw isAway ? catalogue.storeUnavailable(RETRY_AFTER_SECONDS) : error;
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
