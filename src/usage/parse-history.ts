import type { HistoryEntry } from './history-entry.ts';
import type { HistoryRow } from './history-row.ts';

export interface HistoryPage {
  /** Newest first; all that have an id, a bot and a cost. */
  readonly entries: HistoryEntry[];
  /** Of these, as bills of calls, those that the API made and whose cost is final. */
  readonly rows: HistoryRow[];
  /** Where the next, older page starts; undefined when this was the last. */
  readonly next: string | undefined;
  /** Start of the oldest row of the page, whatever its kind, ms on Poe's clock. */
  readonly oldest: number;
}

/**
 * Reads an answer of `GET /usage/points_history`. Rows that cannot be understood are left out: the
 * breakdown's keys vary by bot, so only `cost_points` is relied on.
 */
export function parseHistory(body: unknown): HistoryPage {
  const { data, has_more: hasMore } = record(body);
  const items = Array.isArray(data) ? data.map(record) : [];
  const last = items.at(-1);
  const entries = items.flatMap((item) => parseEntry(item) ?? []);
  return {
    entries,
    rows: entries.filter(({ isOfApi, isFinal }) => isOfApi && isFinal).map(toRow),
    next: hasMore === true && typeof last?.query_id === 'string' ? last.query_id : undefined,
    // Not by spreading: a page of very many rows would not fit the stack.
    oldest: items.reduce(
      (sofar, item) => Math.min(sofar, toMilliseconds(item.creation_time)),
      Infinity,
    ),
  };
}

function parseEntry(item: Record<string, unknown>): HistoryEntry | undefined {
  const { query_id: queryId, bot_name: bot, cost_points: points, api_key_name: keyName } = item;
  if (typeof queryId !== 'string' || typeof bot !== 'string') return undefined;
  // `1e999` is JSON: one infinite row would spoil every sum of points for good.
  if (typeof points !== 'number' || !Number.isFinite(points)) return undefined;
  const breakdown = Object.entries(record(item.cost_breakdown_in_points));
  return {
    queryId,
    bot,
    keyName: typeof keyName === 'string' ? keyName : undefined,
    usageType: typeof item.usage_type === 'string' ? item.usage_type : undefined,
    isOfApi: item.usage_type === undefined || item.usage_type === 'API',
    startedAt: toMilliseconds(item.creation_time),
    points,
    inputTokens: tokensOf(breakdown, 'input'),
    cachedTokens: tokensOf(breakdown, 'cache discount'),
    outputTokens: tokensOf(breakdown, 'output'),
    // Some show 0 points and no breakdown for some seconds before they are billed.
    isFinal: points !== 0 || breakdown.length > 0,
  };
}

function toRow(entry: HistoryEntry): HistoryRow {
  const { queryId, bot, keyName, startedAt, points, inputTokens, outputTokens } = entry;
  return { queryId, bot, keyName, startedAt, points, inputTokens, outputTokens };
}

/** The count in a line such as `Input: "238 points (8369 tokens)"`. */
function tokensOf(breakdown: [string, unknown][], line: string): number | undefined {
  const text = breakdown.find(([name]) => name.toLowerCase() === line)?.[1];
  const digits = typeof text === 'string' ? /\(([\d,]+) tokens?\)/.exec(text)?.[1] : undefined;
  const count = Number(digits?.replaceAll(',', ''));
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Poe gives µs; its documentation has a sample in seconds, so the size decides. */
function toMilliseconds(time: unknown): number {
  if (typeof time !== 'number' || !Number.isFinite(time)) return Number.NaN;
  if (time > 1e14) return time / 1000;
  return time > 1e11 ? time : time * 1000;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
