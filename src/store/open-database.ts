import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreConfig } from '../config/config.ts';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import type { Log } from '../observability/log.ts';
import type { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';

/** For databases that start at the same time as the gateway. */
const START_MS = 30_000;
const TRY_AGAIN_MS = 500;

type Settings = Pick<StoreConfig, 'dataDir' | 'databaseUrl' | 'durability'>;

/**
 * The database of this configuration with the schema of this program, or none. Loads what it needs
 * of Kysely and the databases' packages, and only that.
 *
 * @param patienceMs how long it waits for a PostgreSQL that does not answer
 * @throws InvalidConfiguration when there is none to be had, or one of a newer program
 */
export async function openDatabase(
  { dataDir, databaseUrl, durability }: Settings,
  log: Log,
  patienceMs = START_MS,
): Promise<Database | undefined> {
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres/open-postgres.ts');
    const patient = openPostgres(databaseUrl, log, 'migrations');
    await migrate(patient, patienceMs).finally(() => patient.close());
    return openPostgres(databaseUrl, log);
  }
  if (dataDir === undefined) return undefined;
  const { openSqlite } = await import('./sqlite/open-sqlite.ts');
  const database = openSqlite(dataDir, durability, log);
  try {
    await migrate(database, patienceMs);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migrate(database: Database, patienceMs: number): Promise<void> {
  const { runMigrations } = await import('./migrations/run-migrations.ts');
  const lastTry = performance.now() + patienceMs;
  for (;;) {
    try {
      await runMigrations(database.kysely);
      return;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (!mayPass(database, error) || performance.now() > lastTry) throw refusal(database, error);
    }
    await sleep(TRY_AGAIN_MS);
  }
}

/** Others that migrate are done soon; a server may be on its way, a disk is not. */
function mayPass({ kind }: Database, error: DatabaseError): boolean {
  return error.kind === 'busy' || (error.kind === 'outage' && kind === 'postgres');
}

function refusal({ kind }: Database, { message }: DatabaseError): InvalidConfiguration {
  const advice =
    kind === 'postgres'
      ? 'check DATABASE_URL and the server'
      : 'DATA_DIR must be a directory that this process may write to';
  return new InvalidConfiguration('database', [`it cannot be opened (${message}): ${advice}`]);
}
