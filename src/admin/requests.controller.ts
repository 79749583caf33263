import { Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntryReader } from '../keys/entry-reader.ts';
import { LedgerReports } from '../ledger/ledger-reports.service.ts';
import { GRADES, REQUEST_STATUSES, type RequestView } from '../ledger/read-requests.ts';
import { Documented } from '../openapi/operation.ts';
import { AdminController } from './admin-controller.ts';
import { REQUEST, tableReply } from './api-schemas.ts';
import { readListQuery, readText, readTimes } from './list-query.ts';
import { sendTable } from './send-table.ts';
import { toList, type List } from './to-list.ts';
import { FORMAT, OF_REQUESTS, PAGING, TIMES } from './query-schemas.ts';

const QUERY = { ...OF_REQUESTS, ...TIMES, ...FORMAT };
const COLUMNS: readonly (keyof RequestView)[] = [
  'id',
  'opened_at',
  'closed_at',
  'team',
  'key',
  'key_name',
  'model',
  'model_used',
  'stream',
  'status',
  'http_status',
  'input_tokens',
  'input_cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'points',
  'grade',
  'query_id',
  'attempts',
  'first_token_ms',
  'duration_ms',
];

/** The ledger's rows. */
@AdminController('requests')
export class RequestsController {
  constructor(private readonly reports: LedgerReports) {}

  @Get()
  @Documented({
    summary: 'Lists the rows of the ledger, the newest first',
    query: { ...QUERY, ...PAGING },
    reply: tableReply(REQUEST),
  })
  async list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<RequestView> | string> {
    const { page, filter } = readListQuery(query, QUERY, readFilter);
    const list = toList(await this.reports.requests(page, filter), (row) => row);
    return sendTable(list, COLUMNS, filter.format, request, reply);
  }
}

function readFilter(entry: EntryReader) {
  return {
    team: readText(entry, 'team'),
    key: readText(entry, 'key'),
    model: readText(entry, 'model'),
    status: entry.oneOf('status', REQUEST_STATUSES),
    grade: entry.oneOf('grade', GRADES),
    format: entry.oneOf('format', ['json', 'csv'] as const),
    ...readTimes(entry),
  };
}
