import type { Database } from '../store/database.ts';
import { LIFE_PREFIX } from './sign-of-life.service.ts';

/** A process may be held up, or the database away for all: so long after its lease it is dead. */
const GRACE_MS = 15_000;
/** Leases that ended are of no use to anybody then. */
const FORGET_MS = 24 * 3600 * 1000;

/**
 * Closes the rows of processes that died as lost: they cost what was held for them. One that lives
 * after all writes over it when its request ends.
 * @returns how many there were
 */
export async function markLost(database: Database): Promise<number> {
  const { kysely, sql } = database;
  const now = database.now();
  const { numUpdatedRows } = await kysely
    .updateTable('requests')
    .set({ status: 'lost', closed_at: now })
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
    .executeTakeFirstOrThrow();
  await kysely
    .deleteFrom('leases')
    .where('name', 'like', `${LIFE_PREFIX}%`)
    .where('expires_at', '<', sql<number>`${now} - ${sql.lit(FORGET_MS)}`)
    .execute();
  return Number(numUpdatedRows);
}
