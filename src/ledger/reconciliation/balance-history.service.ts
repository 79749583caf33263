import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../../errors/catalogue.ts';
import { Database } from '../../store/database.ts';
import type { BalanceRow } from '../../store/schema.ts';

export interface BalanceQuery {
  /** All accounts, if it is not given. */
  readonly account?: string;
  /** ms UTC, the second not included. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** What was left on Poe's accounts, at the times when it changed. */
@Injectable()
export class BalanceHistory {
  constructor(@Inject(Database) private readonly database: Database | undefined) {}

  /**
   * Oldest first: each figure was right until the next.
   * @throws ApiError 404 without a database; DatabaseError
   */
  async read({ account, from, to, limit }: BalanceQuery): Promise<BalanceRow[]> {
    if (!this.database) throw catalogue.noLedger();
    return this.database.reports
      .selectFrom('balances')
      .selectAll()
      .$if(account !== undefined, (rows) => rows.where('account', '=', account ?? ''))
      .where('read_at', '>=', from)
      .where('read_at', '<', to)
      .orderBy('read_at')
      .orderBy('account')
      .limit(limit)
      .execute();
  }
}
