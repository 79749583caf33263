import { isRecord } from '../config/is-record.ts';
import type { EntryReader } from '../keys/entry-reader.ts';
import { readInput } from '../keys/read-input.ts';
import type { Schema } from '../openapi/schema.ts';
import type { PageRequest } from '../store/page.ts';
import { PAGING } from './query-schemas.ts';

const DEFAULT_LIMIT = 100;
const MOST_LIMIT = 1000;
const DAY_MS = 24 * 3600 * 1000;
/** Today included. */
const DEFAULT_DAYS = 30;
/** One line. */
const TEXT = /^[^\p{Cc}]{1,128}$/u;
const CURSOR = /^[\w-]{1,2000}$/;

/**
 * The query of a list: the page that is wanted, and what `read` takes from the other `members`.
 * @param members as the API document has them
 * @throws ApiError 400 for the first member that is wrong or unknown, with it as `param`
 */
export function readListQuery<T>(
  query: unknown,
  members: Readonly<Record<string, Schema>>,
  read: (entry: EntryReader) => T,
): { page: PageRequest; filter: T } {
  const all = [...Object.keys(members), ...Object.keys(PAGING)];
  return readInput(withNumber(query, 'limit'), all, (entry) => ({
    page: readPage(entry),
    filter: read(entry),
  }));
}

export function readText(entry: EntryReader, member: string): string | undefined {
  return entry.text(member, TEXT, 'be a single line of up to 128 characters');
}

/** `from` is included, `to` is not; ms since 1970. */
export function readTimes(entry: EntryReader): { from?: number; to?: number } {
  const [from, to] = [entry.time('from'), entry.time('to')];
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The same, of the last 30 days unless said otherwise. */
export function readSpan(entry: EntryReader): { from: number; to: number } {
  const tomorrow = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
  return { from: tomorrow - DEFAULT_DAYS * DAY_MS, to: tomorrow, ...readTimes(entry) };
}

function readPage(entry: EntryReader): PageRequest {
  const limit = entry.whole('limit', 1) ?? DEFAULT_LIMIT;
  if (limit > MOST_LIMIT) entry.tell('limit', `limit must be at most ${MOST_LIMIT}`);
  const after = entry.text('after', CURSOR, 'be what the page before had in "next"');
  return { limit, after };
}

/** A query has texts only. */
function withNumber(query: unknown, member: string): unknown {
  if (!isRecord(query)) return query;
  const text = query[member];
  const isWhole = typeof text === 'string' && /^\d{1,15}$/.test(text);
  return isWhole ? { ...query, [member]: Number(text) } : query;
}
