import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../../errors/catalogue.ts';
import { Database } from '../../store/database.ts';
import { toPage, type Page, type PageRequest } from '../../store/page.ts';
import { readCursor } from '../../store/read-cursor.ts';
import type { BalanceRow } from '../../store/schema.ts';

export interface BalanceQuery {
  /** All accounts, if it is not given. */
  readonly account?: string | undefined;
  /** ms UTC, the second not included. */
  readonly from: number;
  readonly to: number;
}

/** What was left on Poe's accounts, at the times when it changed. */
@Injectable()
export class BalanceHistory {
  constructor(@Inject(Database) private readonly database: Database | undefined) {}

  /**
   * Oldest first: each figure was right until the next.
   * @throws ApiError 400 for `after`, 404 without a database; DatabaseError
   */
  async read(page: PageRequest, { account, from, to }: BalanceQuery): Promise<Page<BalanceRow>> {
    if (!this.database) throw catalogue.noLedger();
    const { reports, sql } = this.database;
    const cursor = readCursor(page, 'number', 'string');
    let query = reports.selectFrom('balances').selectAll();
    if (account !== undefined) query = query.where('account', '=', account);
    if (cursor) query = query.where(sql<boolean>`(read_at, account) > (${sql.join(cursor)})`);
    const rows = await query
      .where('read_at', '>=', from)
      .where('read_at', '<', to)
      .orderBy('read_at')
      .orderBy('account')
      .limit(page.limit + 1)
      .execute();
    return toPage(
      rows,
      page.limit,
      (row) => [row.read_at, row.account],
      (row) => row,
    );
  }
}
