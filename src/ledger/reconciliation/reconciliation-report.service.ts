import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../../errors/catalogue.ts';
import { Database } from '../../store/database.ts';
import type { Page, PageRequest } from '../../store/page.ts';
import { readDays, type ReconciledDay } from './read-days.ts';
import { readUnsettled, type UnsettledKind, type UnsettledRow } from './read-unsettled.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Days in UTC, both included: `2026-01-31`. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

export interface RowsQuery extends PageRequest {
  /** UTC, `2026-01-31`. */
  readonly date: string;
  readonly kind: UnsettledKind;
}

/** Whether the ledger agrees with Poe's, and where it does not, why. */
@Injectable()
export class ReconciliationReport {
  constructor(@Inject(Database) private readonly database: Database | undefined) {}

  /**
   * By day and account; days without anything are left out.
   * @throws ApiError 404 without a database; DatabaseError
   */
  async days({ from, to }: DaySpan): Promise<ReconciledDay[]> {
    return readDays(this.#kept, Date.parse(from), Date.parse(to) + DAY_MS);
  }

  /**
   * The rows behind the figures of a day, oldest first.
   * @throws ApiError 400 for `after`, 404 without a database; DatabaseError
   */
  async rows({ date, kind, ...page }: RowsQuery): Promise<Page<UnsettledRow>> {
    const from = Date.parse(date);
    return readUnsettled(this.#kept, kind, { from, to: from + DAY_MS }, page);
  }

  get #kept(): Database {
    if (!this.database) throw catalogue.noLedger();
    return this.database;
  }
}
