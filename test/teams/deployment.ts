import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/start-sandbox.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { noteLog } from '../support/note-log.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { RedisServer } from '../support/redis-server.ts';
import { environmentFor } from '../support/run-gateway.ts';
import { Replica } from './replica.ts';
import { teamsFile, type Team } from './teams-file.ts';

const MOVE_CLOCK = fileURLToPath(new URL('../fixtures/move-clock.ts', import.meta.url));

/** Longer than anything takes that these tests wait for, on a machine that has much else to do. */
export const BUSY_MS = 60_000;

/** A key of the same account of Poe's that the gateways do not have. */
export const OTHER_KEY = 'key-of-somebody-else';

interface Settings {
  /** Points a month, by the name of the team. */
  readonly budgets: Readonly<Record<string, number>>;
  readonly replicas?: number;
  readonly environment?: Record<string, string>;
  readonly sandbox?: Partial<SandboxOptions>;
  /** The clocks of its gateways can be moved. */
  readonly hasMovableClock?: boolean;
}

/** Several gateway processes on one Redis and one PostgreSQL, in front of one account of Poe's. */
export interface Deployment {
  readonly sandbox: Sandbox;
  readonly redisServer: RedisServer;
  readonly postgres: PostgresServer;
  /** For looking into them, and for nothing else. */
  readonly redis: Redis;
  readonly database: Database;
  readonly replicas: readonly Replica[];
  readonly teams: readonly Team[];
  close(): Promise<void>;
}

/** Nothing but budgets and the stores refuses anything. */
export function teamsEnvironment(poeUrl: string, keysFile: string): Record<string, string> {
  return {
    ...environmentFor(poeUrl),
    KEYS_FILE: keysFile,
    RATE_LIMIT_REQUESTS: '0',
    POE_REQUESTS_PER_MINUTE: '0',
    BREAKER_MIN_CALLS: '0',
    FOOTER: 'never',
    // Set, because what is learned is too late for the first calls.
    POE_API_KEY_NAME: 'Default API Key',
  };
}

/** @throws when tests may not be skipped for want of them */
export function canDeploy(): boolean {
  return RedisServer.isInstalled() && PostgresServer.isInstalled();
}

export async function startDeployment(settings: Settings): Promise<Deployment> {
  const cleanUps: (() => unknown)[] = [];
  const close = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const [redisServer, postgres] = await Promise.all([
      RedisServer.start(),
      PostgresServer.start(),
    ]);
    cleanUps.push(
      () => redisServer.kill(),
      () => postgres.remove(),
    );
    const sandbox = await startSandbox({
      keys: [
        { name: 'Default API Key', key: 'sandbox-key' },
        { name: 'Somebody else', key: OTHER_KEY },
      ],
      balance: 1e9,
      requestsPerMinute: 1e6,
      journalLimit: 1e6,
      ...settings.sandbox,
    });
    cleanUps.push(() => sandbox.close());
    const databaseUrl = await postgres.createDatabase();
    const { file, teams } = teamsFile(settings.budgets);
    const environment = {
      ...teamsEnvironment(sandbox.url, file),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisServer.url,
      ...settings.environment,
    };
    const nodeOptions = settings.hasMovableClock ? ['--import', MOVE_CLOCK] : [];
    const replicas = Array.from(
      { length: settings.replicas ?? 3 },
      () => new Replica(environment, nodeOptions),
    );
    cleanUps.push(() => Promise.all(replicas.map((replica) => replica.kill())));
    await Promise.all(replicas.map((replica) => replica.start()));
    const redis = new Redis(redisServer.url);
    redis.on('error', () => undefined);
    cleanUps.push(() => {
      redis.disconnect();
    });
    const database = await openDatabase(
      { databaseUrl, dataDir: undefined, durability: 'process' },
      noteLog().log,
    );
    if (!database) throw new Error('there is no database');
    cleanUps.push(() => database.close());
    return { sandbox, redisServer, postgres, redis, database, replicas, teams, close };
  } catch (error) {
    await close();
    throw error;
  }
}
