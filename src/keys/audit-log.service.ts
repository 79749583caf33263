import { Injectable } from '@nestjs/common';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';
import type { AuditRow } from '../store/schema.ts';
import { AuditedChanges } from './audited-changes.service.ts';

/** What is wanted of the audit log; times are ms since 1970, `to` is excluded. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Id of the team, key or budget. */
  readonly subject?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** One change of a team, key or budget. */
export interface AuditView {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  /** Such as `key.rotate`. */
  readonly action: string;
  readonly subject: string;
  /** Null before a creation. */
  readonly before: unknown;
  /** Null after a deletion. */
  readonly after: unknown;
}

/** Who changed what. */
@Injectable()
export class AuditLog {
  constructor(private readonly changes: AuditedChanges) {}

  /**
   * The newest first.
   * @throws ApiError 400 for `after`, 409 without a database; DatabaseError
   */
  async list(page: PageRequest, filter: AuditFilter = {}): Promise<Page<AuditView>> {
    const { actor, action, subject, from, to } = filter;
    const [after] = readCursor(page, 'string') ?? [];
    let query = this.changes.open.reports.selectFrom('audit').selectAll();
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (action !== undefined) query = query.where('action', '=', action);
    if (subject !== undefined) query = query.where('subject', '=', subject);
    if (from !== undefined) query = query.where('at', '>=', from);
    if (to !== undefined) query = query.where('at', '<', to);
    if (after !== undefined) query = query.where('id', '<', String(after));
    const rows = await query
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return toPage(rows, page.limit, (row) => [row.id], viewRow);
  }
}

function viewRow({ at, before, after, ...row }: AuditRow): AuditView {
  return { ...row, at: new Date(at).toISOString(), before: parse(before), after: parse(after) };
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
