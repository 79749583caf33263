import type { FastifyReply, FastifyRequest } from 'fastify';
import { toCsv } from './to-csv.ts';
import type { List } from './to-list.ts';

/**
 * The list as it is, or as CSV where `format` or the header `accept` asks for that. Where a list goes
 * on, the header `link` of CSV says how.
 */
export function sendTable<T extends object>(
  list: List<T>,
  columns: readonly string[],
  format: 'json' | 'csv' | undefined,
  request: Pick<FastifyRequest, 'headers' | 'url'>,
  reply: FastifyReply,
): List<T> | string {
  const wantsCsv = /\btext\/csv\b/.test(request.headers.accept ?? '');
  if (format === 'json' || (format === undefined && !wantsCsv)) return list;
  void reply.header('content-type', 'text/csv; charset=utf-8');
  if (list.next !== null)
    void reply.header('link', `<${urlAfter(request.url, list.next)}>; rel="next"`);
  return toCsv(columns, list.data as readonly Record<string, never>[]);
}

/** Relative to this one, as RFC 8288 allows. */
function urlAfter(url: string, next: string): string {
  const [path = '', query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('after', next);
  return `${path}?${parameters.toString()}`;
}
