import type { Database } from '../store/database.ts';
import { readUsage, type Usage } from './read-usage.ts';

/** Days times models of a key: there are fewer. */
const MOST_ROWS = 100_000;

/** What a key spent on one day (UTC) with one model. */
export type Spending = Usage & Required<Pick<Usage, 'date' | 'model'>>;

/** By day and model, oldest first. `from` is a time in ms since 1970. */
export async function readSpending(
  database: Database,
  key: string,
  from: number,
): Promise<readonly Spending[]> {
  const query = { groups: ['day', 'model'] as const, key, from };
  const all = { limit: MOST_ROWS, after: undefined };
  const { data } = await readUsage(database, query, all);
  return data as readonly Spending[];
}
