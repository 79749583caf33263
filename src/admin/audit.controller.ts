import { Get, Query } from '@nestjs/common';
import { AuditLog, type AuditView } from '../keys/audit-log.service.ts';
import type { EntryReader } from '../keys/entry-reader.ts';
import { Documented } from '../openapi/operation.ts';
import { TEXT } from '../openapi/schema.ts';
import { AdminController } from './admin-controller.ts';
import { CHANGE, listReply } from './api-schemas.ts';
import { readListQuery, readText, readTimes } from './list-query.ts';
import { named, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';
import { PAGING, TIMES } from './query-schemas.ts';

const QUERY = { actor: TEXT, action: TEXT, subject: TEXT, ...TIMES };

/** Who changed what. */
@AdminController('audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Documented({
    summary: 'Lists all changes, the newest first',
    query: { ...QUERY, ...PAGING },
    reply: listReply(CHANGE),
  })
  async list(@Query() query: unknown): Promise<List<Named<'change', AuditView>>> {
    const { page, filter } = readListQuery(query, QUERY, readFilter);
    return toList(await this.log.list(page, filter), named('change'));
  }
}

function readFilter(entry: EntryReader) {
  return {
    actor: readText(entry, 'actor'),
    action: readText(entry, 'action'),
    subject: readText(entry, 'subject'),
    ...readTimes(entry),
  };
}
