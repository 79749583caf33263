import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import type { StoreConfig } from '../../config/config.ts';
import { InvalidConfiguration } from '../../config/invalid-configuration.ts';
import type { Log } from '../../observability/log.ts';
import { Availability } from '../availability.ts';
import { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

const FILE = 'poe-proxy.db';

/** Nothing is opened before the first statement, but the directory is made if there is none. */
export function openSqlite(
  dataDir: string,
  durability: StoreConfig['durability'],
  log: Log,
): Database {
  makeDirectory(dataDir);
  const settings = {
    file: join(dataDir, FILE),
    synchronous: durability === 'power' ? 'full' : 'normal',
  } as const;
  // Writes a page, with what it says already: on a full disk reading would still work.
  const probe = () => sql`pragma user_version = 0`.execute(kysely);
  const availability = new Availability(log, probe);
  const kysely: Kysely<Schema> = new Kysely<Schema>({
    dialect: sqliteDialect(settings, availability),
  });
  const reports = new Kysely<Schema>({
    dialect: sqliteDialect({ ...settings, readonly: true }, availability),
  });
  return new Database({ kind: 'sqlite', kysely, reports, sql, availability });
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new InvalidConfiguration('database', [
      `DATA_DIR cannot be made (${reason}): name a directory that this process may write to`,
    ]);
  }
}
