import { Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntryReader } from '../keys/entry-reader.ts';
import { LedgerReports } from '../ledger/ledger-reports.service.ts';
import { readUsageFilter } from '../ledger/read-usage-filter.ts';
import type { Usage, UsageGroup } from '../ledger/read-usage.ts';
import { Documented } from '../openapi/operation.ts';
import { AdminController } from './admin-controller.ts';
import { tableReply, USAGE } from './api-schemas.ts';
import { readListQuery } from './list-query.ts';
import { sendTable } from './send-table.ts';
import { toList, type List } from './to-list.ts';
import { FORMAT, GROUP_BY, OF_ROWS, PAGING, TIMES } from './query-schemas.ts';

const QUERY = { ...GROUP_BY, ...TIMES, ...OF_ROWS, ...FORMAT };

@AdminController('usage')
export class UsageReportController {
  constructor(private readonly reports: LedgerReports) {}

  @Get()
  @Documented({
    summary: 'Tells what was spent, by day, team, key and model',
    query: { ...QUERY, ...PAGING },
    reply: tableReply(USAGE),
  })
  async report(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<Usage> | string> {
    const { page, filter } = readListQuery(query, QUERY, readFilter);
    const list = toList(await this.reports.usage(page, filter.query), (row) => row);
    return sendTable(list, columnsOf(filter.query.groups), filter.format, request, reply);
  }
}

function readFilter(entry: EntryReader) {
  return {
    query: readUsageFilter(entry),
    format: entry.oneOf('format', ['json', 'csv'] as const),
  };
}

function columnsOf(groups: readonly UsageGroup[]): string[] {
  const names = { day: ['date'], team: ['team'], key: ['key', 'key_name'], model: ['model'] };
  return [
    ...groups.flatMap((group) => names[group]),
    'num_model_requests',
    'input_tokens',
    'output_tokens',
    'points',
    'estimated_points',
  ];
}
