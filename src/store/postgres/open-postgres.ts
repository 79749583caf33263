import { Kysely, sql } from 'kysely';
import type { Log } from '../../observability/log.ts';
import { Availability } from '../availability.ts';
import { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { openPool, type PoolUse } from './open-pool.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { toDatabaseError } from './to-database-error.ts';

/** Connects with the first statement. */
export function openPostgres(url: string, log: Log, use: PoolUse = 'requests'): Database {
  const pool = openPool(url, use);
  const availability = new Availability(log, () => pool.query('select 1'));
  const over = (connections: typeof pool) => {
    // An idle connection was lost. Unheard, it would end the process.
    connections.on('error', (error) => {
      availability.lose(toDatabaseError(error));
    });
    return new Kysely<Schema>({ dialect: postgresDialect(connections, availability) });
  };
  const reports = over(openPool(url, 'reports'));
  return new Database({ kind: 'postgres', kysely: over(pool), reports, sql, availability });
}
