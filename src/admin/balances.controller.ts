import { Get, Query } from '@nestjs/common';
import type { EntryReader } from '../keys/entry-reader.ts';
import { BalanceHistory } from '../ledger/reconciliation/balance-history.service.ts';
import { Documented } from '../openapi/operation.ts';
import { TEXT } from '../openapi/schema.ts';
import { AdminController } from './admin-controller.ts';
import { BALANCE, listReply } from './api-schemas.ts';
import { readListQuery, readSpan, readText } from './list-query.ts';
import { toList, type List } from './to-list.ts';
import { PAGING, TIMES } from './query-schemas.ts';

interface Balance {
  readonly object: 'balance';
  readonly account: string;
  /** ISO 8601. */
  readonly read_at: string;
  readonly points: number;
}

const QUERY = { account: TEXT, ...TIMES };

/** What was left on Poe's accounts. */
@AdminController('balances')
export class BalancesController {
  constructor(private readonly history: BalanceHistory) {}

  @Get()
  @Documented({
    summary: 'Lists the balances of Poe’s accounts when they changed, the oldest first',
    query: { ...QUERY, ...PAGING },
    reply: listReply(BALANCE),
  })
  async list(@Query() query: unknown): Promise<List<Balance>> {
    const { page, filter } = readListQuery(query, QUERY, readFilter);
    return toList(await this.history.read(page, filter), ({ account, read_at: at, points }) => ({
      object: 'balance',
      account,
      read_at: new Date(at).toISOString(),
      points,
    }));
  }
}

function readFilter(entry: EntryReader) {
  return { account: readText(entry, 'account'), ...readSpan(entry) };
}
