import { Inject, Injectable } from '@nestjs/common';
import { catalogue } from '../errors/catalogue.ts';
import { Database } from '../store/database.ts';
import type { Page, PageRequest } from '../store/page.ts';
import { readRequests, type RequestFilter, type RequestView } from './read-requests.ts';
import { readUsage, type Usage, type UsageQuery } from './read-usage.ts';

/**
 * What the ledger says, for operators. Requests do not wait for it.
 * @throws ApiError 404 without a database, 400 for `after`; DatabaseError
 */
@Injectable()
export class LedgerReports {
  constructor(@Inject(Database) private readonly database: Database | undefined) {}

  async usage(page: PageRequest, query: UsageQuery): Promise<Page<Usage>> {
    return readUsage(this.#open, query, page);
  }

  async requests(page: PageRequest, filter: RequestFilter): Promise<Page<RequestView>> {
    return readRequests(this.#open, filter, page);
  }

  get #open(): Database {
    if (!this.database) throw catalogue.noLedger();
    return this.database;
  }
}
