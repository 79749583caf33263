import type { Database } from '../store/database.ts';
import type { Tally } from './tally.ts';

/**
 * Whether nobody has announced the threshold of this window before, restarts and a lost Redis
 * included.
 * @throws DatabaseError, as the promise's
 */
export async function claimInDatabase(
  { kysely }: Database,
  { budget, start }: Tally,
  percent: number,
): Promise<boolean> {
  if (!budget) return false;
  const { numInsertedOrUpdatedRows } = await kysely
    .insertInto('thresholds')
    .values({ budget_id: budget.id, window_start: start, percent })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
