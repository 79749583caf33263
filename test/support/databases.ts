import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe } from 'vitest';
import type { StoreConfig } from '../../src/config/config.ts';
import type { Log } from '../../src/observability/log.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { noteLog } from './note-log.ts';
import { PostgresServer } from './postgres-server.ts';

export type DatabaseSettings = Pick<StoreConfig, 'dataDir' | 'databaseUrl' | 'durability'>;

export interface TestDatabases {
  /** Settings of a new, empty database. */
  readonly create: () => Promise<DatabaseSettings>;
  /** Such a database, migrated, or the one of `settings`; it is closed at the end. */
  readonly open: (settings?: DatabaseSettings, log?: Log) => Promise<Database>;
  /** From now on nothing can be written: the server is killed, or the disk full. */
  readonly lose: () => Promise<void>;
  /** The end of that; comes by itself with the end of the test. */
  readonly bringBack: () => Promise<void>;
}

/** Where databases come from. */
interface Source {
  create(): Promise<Partial<DatabaseSettings>>;
  lose(): Promise<void>;
  bringBack(): Promise<void>;
  remove(): Promise<void>;
}

/** The same tests on SQLite and on PostgreSQL, which is started for them, if it is installed. */
export function describeDatabases(name: string, tests: (databases: TestDatabases) => void): void {
  describe(`${name}: SQLite`, () => {
    tests(testDatabases(sqlite()));
  });
  describe.skipIf(!PostgresServer.isInstalled())(`${name}: PostgreSQL`, () => {
    tests(testDatabases(postgres()));
  });
}

/** SQLite alone, to be called within a `describe`, for what no database can make a difference to. */
export function embeddedDatabases(): TestDatabases {
  return testDatabases(sqlite());
}

function testDatabases(source: Source): TestDatabases {
  const opened: Database[] = [];
  let isLost = false;
  const bringBack = async () => {
    if (isLost) await source.bringBack();
    isLost = false;
  };
  const create = async () => {
    const none = { dataDir: undefined, databaseUrl: undefined, durability: 'process' } as const;
    return { ...none, ...(await source.create()) };
  };
  afterEach(bringBack);
  afterAll(async () => {
    for (const database of opened) await database.close();
    await source.remove();
  });
  return {
    create,
    bringBack,
    async lose() {
      isLost = true;
      await source.lose();
    },
    async open(settings, log = noteLog().log) {
      const database = await openDatabase(settings ?? (await create()), log);
      if (!database) throw new Error('these settings name no database');
      opened.push(database);
      return database;
    },
  };
}

function sqlite(): Source {
  const directory = mkdtempSync(join(tmpdir(), 'poe-proxy-sqlite-'));
  let count = 0;
  // No file of this process may be written beyond its first byte; see setrlimit(2).
  const limitFiles = (bytes: string) => {
    execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}:`]);
    return Promise.resolve();
  };
  return {
    create: () => Promise.resolve({ dataDir: join(directory, `${++count}`) }),
    lose: () => limitFiles('1'),
    bringBack: () => limitFiles('unlimited'),
    remove() {
      rmSync(directory, { recursive: true });
      return Promise.resolve();
    },
  };
}

function postgres(): Source {
  let server: Promise<PostgresServer> | undefined;
  const get = () => (server ??= PostgresServer.start());
  return {
    create: async () => ({ databaseUrl: await (await get()).createDatabase() }),
    lose: async () => (await get()).kill(),
    bringBack: async () => (await get()).start(),
    remove: async () => (await server)?.remove(),
  };
}
