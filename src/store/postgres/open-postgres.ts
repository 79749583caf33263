import { Kysely, sql } from 'kysely';
import type { Log } from '../../observability/log.ts';
import { Availability } from '../availability.ts';
import { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { openPool } from './open-pool.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { toDatabaseError } from './to-database-error.ts';

/**
 * Connects with the first statement.
 *
 * @param limited whether statements have to be quick, as all have but migrations
 */
export function openPostgres(url: string, log: Log, limited: boolean): Database {
  const pool = openPool(url, limited);
  const availability = new Availability(log, () => pool.query('select 1'));
  // An idle connection was lost. Unheard, it would end the process.
  pool.on('error', (error) => {
    availability.lose(toDatabaseError(error));
  });
  const kysely = new Kysely<Schema>({ dialect: postgresDialect(pool, availability) });
  return new Database({ kind: 'postgres', kysely, sql, availability });
}
