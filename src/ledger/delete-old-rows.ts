import type { Database } from '../store/database.ts';

/** Deleted well within the time limit of a statement. */
const BATCH = 1000;

/**
 * Deletes up to a batch of the oldest requests, with their calls, and of Poe's oldest entries, and
 * old balances.
 * @param before ms since 1970
 * @returns whether there may be more of them
 */
export async function deleteOldRows(database: Database, before: number): Promise<boolean> {
  const requests = await deleteRequests(database, before);
  const entries = await deleteEntries(database, before);
  // At most one a minute of an account, deleted every few seconds: there are never many.
  await database.kysely.deleteFrom('balances').where('read_at', '<', before).execute();
  return requests || entries;
}

async function deleteRequests(database: Database, before: number): Promise<boolean> {
  const { kysely } = database;
  const oldest = await kysely
    .selectFrom('requests')
    .select('id')
    .where('opened_at', '<', before)
    .orderBy('opened_at')
    .limit(BATCH)
    .execute();
  const ids = oldest.map(({ id }) => id);
  if (ids.length === 0) return false;
  // Together, for calls without their request would never be found again.
  await database.write([
    kysely.deleteFrom('calls').where('request_id', 'in', ids).compile(),
    kysely.deleteFrom('requests').where('id', 'in', ids).compile(),
  ]);
  return ids.length === BATCH;
}

async function deleteEntries({ kysely }: Database, before: number): Promise<boolean> {
  const oldest = await kysely
    .selectFrom('poe_entries')
    .select('created_at')
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(BATCH)
    .execute();
  const last = oldest.at(-1);
  if (!last) return false;
  await kysely.deleteFrom('poe_entries').where('created_at', '<=', last.created_at).execute();
  return oldest.length === BATCH;
}
