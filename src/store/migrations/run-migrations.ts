import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { InvalidConfiguration } from '../../config/invalid-configuration.ts';
import type { Schema } from '../schema.ts';
import { MIGRATIONS } from './migrations.ts';

const TABLES = {
  migrationTableName: 'migrations',
  migrationLockTableName: 'migrations_lock',
};

/**
 * Brings the database up to this program's schema, once however many start at the same time: the
 * others wait. A migration that fails leaves no trace.
 *
 * @throws InvalidConfiguration when a newer program has migrated it
 */
export async function runMigrations(db: Kysely<Schema>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(MIGRATIONS) };
  const migrator = new Migrator({ db, provider, ...TABLES });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  await refuseNewer(db);
  throw error as Error;
}

/** Kysely has no error of its own for it. */
async function refuseNewer(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(
    db,
  );
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in MIGRATIONS));
  if (unknown.length === 0) return;
  throw new InvalidConfiguration('database', [
    `it is newer than this program, which does not know ${unknown.join(', ')}: run the newer version, or restore the backup from before`,
  ]);
}
