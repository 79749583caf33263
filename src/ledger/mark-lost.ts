import type { Database } from '../store/database.ts';
import type { RequestRow } from '../store/schema.ts';
import { LIFE_PREFIX } from './sign-of-life.service.ts';

/** A process may be held up, or the database away for all: so long after its lease it is dead. */
const GRACE_MS = 15_000;
/** Leases that ended are of no use to anybody then. */
const FORGET_MS = 24 * 3600 * 1000;
/** Ids in one statement; the rest is for the next time. */
const BATCH = 1000;

export type LostRequest = Pick<RequestRow, 'team_id' | 'key_id' | 'model' | 'opened_at' | 'points'>;

/**
 * Closes the rows of processes that died as lost: they cost what was held for them. One that lives
 * after all writes over it when its request ends.
 */
export async function markLost(database: Database): Promise<LostRequest[]> {
  const { kysely, sql } = database;
  const now = database.now();
  const found = await kysely
    .selectFrom('requests')
    .select(['id', 'team_id', 'key_id', 'model', 'opened_at', 'points'])
    .where('status', '=', 'open')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('leases')
            .select('leases.name')
            .where('leases.name', '=', sql<string>`${sql.lit(LIFE_PREFIX)} || requests.instance`)
            .where('leases.expires_at', '>', sql<number>`${now} - ${sql.lit(GRACE_MS)}`),
        ),
      ),
    )
    .limit(BATCH)
    .execute();
  if (found.length > 0) {
    const ids = found.map(({ id }) => id);
    await kysely
      .updateTable('requests')
      .set({ status: 'lost', closed_at: now })
      .where('status', '=', 'open')
      .where('id', 'in', ids)
      .execute();
  }
  await kysely
    .deleteFrom('leases')
    .where('name', 'like', `${LIFE_PREFIX}%`)
    .where('expires_at', '<', sql<number>`${now} - ${sql.lit(FORGET_MS)}`)
    .execute();
  return found;
}
