import { readInput } from '../keys/read-input.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Today included. */
const DEFAULT_DAYS = 30;

/**
 * Days in UTC, both included; the last 30 unless said otherwise.
 * @throws ApiError 400
 */
export function readDays(options: Readonly<Record<string, string>>): { from: string; to: string } {
  const now = Date.now();
  return readInput(options, ['from', 'to'], (entry) => ({
    from: dayOf(entry.time('from') ?? now - (DEFAULT_DAYS - 1) * DAY_MS),
    to: dayOf(entry.time('to') ?? now),
  }));
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
