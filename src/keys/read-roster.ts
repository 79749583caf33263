import type { Database } from '../store/database.ts';
import { rowToBudget, rowToKey, rowToTeam } from './key-rows.ts';
import type { Roster } from './roster.ts';

/** @throws DatabaseError */
export async function readRevision({ kysely }: Database): Promise<number> {
  const query = kysely.selectFrom('revisions').select('number').where('name', '=', 'keys');
  return (await query.executeTakeFirst())?.number ?? 0;
}

/**
 * Teams, keys and budgets of the database, as new as the revision that was read before, or newer.
 * Keys come first: a team is made before its keys, and outlives them.
 * @throws DatabaseError
 */
export async function readRoster({ kysely }: Database): Promise<Roster> {
  const keys = kysely.selectFrom('keys').selectAll().where('deleted_at', 'is', null);
  return {
    keys: (await keys.execute()).map(rowToKey),
    teams: (await kysely.selectFrom('teams').selectAll().execute()).map(rowToTeam),
    budgets: (await kysely.selectFrom('budgets').selectAll().execute()).map(rowToBudget),
  };
}
