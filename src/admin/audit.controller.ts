import { Get, Query } from '@nestjs/common';
import { AuditLog, type AuditView } from '../keys/audit-log.service.ts';
import type { EntryReader } from '../keys/entry-reader.ts';
import { AdminController } from './admin-controller.ts';
import { readListQuery, readText, readTimes } from './list-query.ts';
import { named, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';

const MEMBERS = ['actor', 'action', 'subject', 'from', 'to'];

/** Who changed what. */
@AdminController('audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  async list(@Query() query: unknown): Promise<List<Named<'change', AuditView>>> {
    const { page, filter } = readListQuery(query, MEMBERS, readFilter);
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
