import type { Database } from '../../store/database.ts';
import { toPage, type Page, type PageRequest } from '../../store/page.ts';
import { readCursor } from '../../store/read-cursor.ts';
import type { Grade, PoeEntryRow } from '../../store/schema.ts';

/**
 * What makes a difference, or is not this gateway's: entries that others made, entries whose call
 * is not found yet, calls without an entry, and calls that cost something else than their entry.
 */
export const UNSETTLED_KINDS = ['external', 'pending', 'unmatched', 'differing'] as const;
export type UnsettledKind = (typeof UNSETTLED_KINDS)[number];

export interface UnsettledRow {
  /** ms UTC: creation of the entry, or sending of the call. */
  readonly at: number;
  /** Of the entry, the call or, where nobody wrote down a call, the request. */
  readonly id: string;
  readonly account: string | null;
  readonly bot: string;
  readonly key_name: string | null;
  readonly query_id: string | null;
  readonly call_id: string | null;
  readonly request_id: string | null;
  /** Points on Poe's ledger, and on ours; null: it is not there. */
  readonly billed: number | null;
  readonly booked: number | null;
  readonly grade: Grade | null;
  readonly reason: PoeEntryRow['reason'];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * In the order of time and id.
 * @throws ApiError 400 for `after`; DatabaseError
 */
export async function readUnsettled(
  database: Database,
  kind: UnsettledKind,
  { from, to }: Span,
  page: PageRequest,
): Promise<Page<UnsettledRow>> {
  const { reports, sql } = database;
  const cursor = readCursor(page, 'number', 'string');
  const all = kind === 'unmatched' ? unmatched(database) : ofEntries(database, kind);
  let query = reports
    .selectFrom(all.as('row'))
    .selectAll()
    .where('at', '>=', from)
    .where('at', '<', to);
  if (cursor) query = query.where(sql<boolean>`(at, id) > (${sql.join(cursor)})`);
  const ordered = query.orderBy('at').orderBy('id');
  const rows = await ordered.limit(page.limit + 1).execute();
  return toPage(
    rows,
    page.limit,
    ({ at, id }) => [at, id],
    (row) => row,
  );
}

function ofEntries({ reports, sql }: Database, kind: 'external' | 'pending' | 'differing') {
  return reports
    .selectFrom('poe_entries as e')
    .leftJoin('calls as c', 'c.id', 'e.call_id')
    .select([
      'e.created_at as at',
      'e.query_id as id',
      sql<string | null>`e.account`.as('account'),
      'e.bot',
      'e.key_name',
      sql<string | null>`e.query_id`.as('query_id'),
      'e.call_id',
      'c.request_id',
      sql<number | null>`e.points`.as('billed'),
      'c.points as booked',
      'c.grade',
      'e.reason',
    ])
    .where((where) =>
      kind === 'differing'
        ? where('e.points', '<>', where.ref('c.points'))
        : where('e.kind', '=', kind),
    );
}

function unmatched({ reports, sql }: Database) {
  const none = sql<string | null>`cast(null as text)`;
  const reason = sql<PoeEntryRow['reason']>`cast(null as text)`.as('reason');
  const billed = sql<number | null>`cast(null as bigint)`.as('billed');
  const calls = reports
    .selectFrom('calls')
    .select([
      'sent_at as at',
      'id',
      sql<string | null>`account`.as('account'),
      'bot',
      'key_name',
      none.as('query_id'),
      sql<string | null>`id`.as('call_id'),
      sql<string | null>`request_id`.as('request_id'),
      billed,
      sql<number | null>`points`.as('booked'),
      sql<Grade | null>`grade`.as('grade'),
      reason,
    ])
    .where('query_id', 'is', null);
  const lost = reports
    .selectFrom('requests as r')
    .select([
      'opened_at as at',
      'id',
      none.as('account'),
      'model as bot',
      none.as('key_name'),
      none.as('query_id'),
      none.as('call_id'),
      sql<string | null>`id`.as('request_id'),
      billed,
      sql<number | null>`points`.as('booked'),
      sql<Grade | null>`grade`.as('grade'),
      reason,
    ])
    .where('status', '=', 'lost')
    .where((where) =>
      where.not(
        where.exists(
          where.selectFrom('calls').select('calls.id').whereRef('request_id', '=', 'r.id'),
        ),
      ),
    );
  return calls.unionAll(lost);
}
