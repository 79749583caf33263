import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import type { StoreConfig } from '../../src/config/config.ts';
import type { Log } from '../../src/observability/log.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { PostgresServer } from './postgres-server.ts';

export type DatabaseSettings = Pick<StoreConfig, 'dataDir' | 'databaseUrl' | 'durability'>;

export interface TestDatabases {
  /** Settings of a new, empty database. */
  readonly create: () => Promise<DatabaseSettings>;
  /** Such a database, migrated, or the one of `settings`; it is closed at the end. */
  readonly open: (settings?: DatabaseSettings, log?: Log) => Promise<Database>;
}

const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The same tests on SQLite and on PostgreSQL, which is started for them, if it is installed. */
export function describeDatabases(name: string, tests: (databases: TestDatabases) => void): void {
  describe(`${name}: SQLite`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'poe-proxy-sqlite-'));
    let count = 0;
    tests(
      testDatabases(
        () => Promise.resolve({ dataDir: join(directory, `${++count}`) }),
        () => {
          rmSync(directory, { recursive: true });
        },
      ),
    );
  });
  describe.skipIf(!PostgresServer.isInstalled())(`${name}: PostgreSQL`, () => {
    let server: Promise<PostgresServer> | undefined;
    tests(
      testDatabases(
        async () => ({
          databaseUrl: await (await (server ??= PostgresServer.start())).createDatabase(),
        }),
        async () => (await server)?.remove(),
      ),
    );
  });
}

function testDatabases(
  create: () => Promise<Partial<DatabaseSettings>>,
  remove: () => unknown,
): TestDatabases {
  const opened: Database[] = [];
  afterAll(async () => {
    for (const database of opened) await database.close();
    await remove();
  });
  const settings = async (): Promise<DatabaseSettings> => ({
    dataDir: undefined,
    databaseUrl: undefined,
    durability: 'process',
    ...(await create()),
  });
  return {
    create: settings,
    async open(given, log = QUIET) {
      const database = await openDatabase(given ?? (await settings()), log);
      if (!database) throw new Error('these settings name no database');
      opened.push(database);
      return database;
    },
  };
}
