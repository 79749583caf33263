import type { Database } from '../store/database.ts';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';
import type { RequestRow } from '../store/schema.ts';

export const REQUEST_STATUSES = ['open', 'completed', 'failed', 'abandoned', 'lost'] as const;
export const GRADES = ['exact', 'equal', 'estimate', 'unmatched'] as const;

/** Which rows; times are ms since 1970, `to` is excluded. */
export interface RequestFilter {
  readonly team?: string | undefined;
  readonly key?: string | undefined;
  /** Registry name of the one that answered, or what was asked for where none did. */
  readonly model?: string | undefined;
  readonly status?: RequestRow['status'] | undefined;
  readonly grade?: RequestRow['grade'] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A row of the ledger. Times are ISO 8601, durations ms. */
export interface RequestView {
  readonly object: 'request';
  readonly id: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly team: string;
  readonly key: string;
  readonly key_name: string;
  /** As it was asked for. */
  readonly model: string;
  readonly model_used: string | null;
  readonly stream: boolean;
  readonly status: RequestRow['status'];
  readonly http_status: number | null;
  readonly input_tokens: number | null;
  readonly input_cached_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly points: number;
  readonly grade: RequestRow['grade'];
  /** Of its last entry on Poe's ledger. */
  readonly query_id: string | null;
  readonly attempts: number;
  readonly first_token_ms: number | null;
  readonly duration_ms: number | null;
}

/**
 * The newest first.
 * @throws ApiError 400 for `after`; DatabaseError
 */
export async function readRequests(
  { reports, sql }: Pick<Database, 'reports' | 'sql'>,
  { team, key, model, status, grade, from, to }: RequestFilter,
  page: PageRequest,
): Promise<Page<RequestView>> {
  const cursor = readCursor(page, 'number', 'string');
  let query = reports.selectFrom('requests').selectAll();
  if (team !== undefined) query = query.where('team_id', '=', team);
  if (key !== undefined) query = query.where('key_id', '=', key);
  if (model !== undefined) {
    query = query.where(sql<boolean>`coalesce(model_used, model) = ${model}`);
  }
  if (status !== undefined) query = query.where('status', '=', status);
  if (grade !== undefined) query = query.where('grade', '=', grade);
  if (from !== undefined) query = query.where('opened_at', '>=', from);
  if (to !== undefined) query = query.where('opened_at', '<', to);
  if (cursor) query = query.where(sql<boolean>`(opened_at, id) < (${sql.join(cursor)})`);
  const ordered = query.orderBy('opened_at', 'desc').orderBy('id', 'desc');
  const rows = await ordered.limit(page.limit + 1).execute();
  return toPage(rows, page.limit, (row) => [row.opened_at, row.id], viewRow);
}

function viewRow(row: RequestRow): RequestView {
  return {
    object: 'request',
    id: row.id,
    opened_at: new Date(row.opened_at).toISOString(),
    closed_at: row.closed_at === null ? null : new Date(row.closed_at).toISOString(),
    team: row.team_id,
    key: row.key_id,
    key_name: row.key_name,
    model: row.model,
    model_used: row.model_used,
    stream: row.stream === 1,
    status: row.status,
    http_status: row.http_status,
    input_tokens: row.tokens_in,
    input_cached_tokens: row.tokens_cached,
    output_tokens: row.tokens_out,
    reasoning_tokens: row.tokens_reasoning,
    points: row.points,
    grade: row.grade,
    query_id: row.query_id,
    attempts: row.attempts,
    first_token_ms: row.first_token_ms,
    duration_ms: row.duration_ms,
  };
}
