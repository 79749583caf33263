import { Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntryReader } from '../keys/entry-reader.ts';
import { readInput } from '../keys/read-input.ts';
import type { ReconciledDay } from '../ledger/reconciliation/read-days.ts';
import { UNSETTLED_KINDS, type UnsettledRow } from '../ledger/reconciliation/read-unsettled.ts';
import { ReconciliationReport } from '../ledger/reconciliation/reconciliation-report.service.ts';
import { Documented } from '../openapi/operation.ts';
import { AdminController } from './admin-controller.ts';
import { listReply, RECONCILED_DAY, tableReply, UNSETTLED_ROW } from './api-schemas.ts';
import { readListQuery, readSpan } from './list-query.ts';
import { named, type Named } from './named.ts';
import { sendTable } from './send-table.ts';
import { toList, type List } from './to-list.ts';
import { FORMAT, KIND, PAGING, TIMES } from './query-schemas.ts';

type Day = Named<'reconciled_day', ReconciledDay>;
type Row = Named<'unsettled_row', Omit<UnsettledRow, 'at'> & { readonly at: string }>;

const QUERY = { ...TIMES, ...FORMAT };
const COLUMNS: readonly (keyof ReconciledDay)[] = [
  'date',
  'account',
  'billed',
  'booked',
  'external',
  'unmatched',
  'pending',
  'difference',
];

/** Whether the ledger agrees with Poe's. */
@AdminController('reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationReport) {}

  @Get()
  @Documented({
    summary: 'Compares the ledger with Poe’s, by day and account',
    query: QUERY,
    reply: tableReply(RECONCILED_DAY),
  })
  async days(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<Day> | string> {
    const { span, format } = readInput(query, Object.keys(QUERY), readDaysQuery);
    const days = { from: dayOf(span.from), to: dayOf(span.to - 1) };
    const data = await this.reconciliation.days(days);
    const list = toList({ data, next: null }, named('reconciled_day'));
    return sendTable(list, COLUMNS, format, request, reply);
  }

  @Get(':date')
  @Documented({
    summary: 'Lists the rows of a day that explain a difference',
    query: { ...KIND, ...PAGING },
    reply: listReply(UNSETTLED_ROW),
  })
  async rows(@Param('date') day: string, @Query() query: unknown): Promise<List<Row>> {
    const at = readInput({ date: day }, ['date'], (entry) => entry.time('date'));
    const { page, filter: kind } = readListQuery(query, KIND, readKind);
    const rows = await this.reconciliation.rows({ date: dayOf(at), kind, ...page });
    return toList(rows, (row) => ({
      ...named('unsettled_row')(row),
      at: new Date(row.at).toISOString(),
    }));
  }
}

function readDaysQuery(entry: EntryReader) {
  return { span: readSpan(entry), format: entry.oneOf('format', ['json', 'csv'] as const) };
}

function readKind(entry: EntryReader) {
  return entry.oneOf('kind', UNSETTLED_KINDS) ?? 'unmatched';
}

/** In UTC. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
