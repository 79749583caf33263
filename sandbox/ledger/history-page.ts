import type { LedgerRow } from './ledger-row.ts';

const DEFAULT_LIMIT = 20;
const MAXIMUM_LIMIT = 100;

export interface HistoryQuery {
  readonly limit?: unknown;
  readonly starting_after?: unknown;
}

export interface HistoryPage {
  readonly has_more: boolean;
  readonly length: number;
  readonly data: readonly LedgerRow[];
}

/** What is wrong with the query. Poe documents the range; what it answers outside is a guess. */
export interface HistoryQueryProblem {
  readonly param: 'limit' | 'starting_after';
  readonly message: string;
}

/** `visible` is newest first; the cursor is the `query_id` of the last row that was read. */
export function historyPage(
  visible: readonly LedgerRow[],
  query: HistoryQuery,
): HistoryPage | HistoryQueryProblem {
  const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAXIMUM_LIMIT) {
    return { param: 'limit', message: `limit must be an integer from 1 to ${MAXIMUM_LIMIT}.` };
  }
  const after = query.starting_after;
  const cursor = after === undefined ? -1 : visible.findIndex((row) => row.query_id === after);
  if (after !== undefined && cursor === -1) {
    return { param: 'starting_after', message: 'starting_after is no query_id of this history.' };
  }
  const data = visible.slice(cursor + 1, cursor + 1 + limit);
  return { has_more: cursor + 1 + limit < visible.length, length: data.length, data };
}
