import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { noteLog } from '../support/note-log.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { RedisServer } from '../support/redis-server.ts';
import { environmentFor, run, urlsOf, type Process } from '../support/run-gateway.ts';
import { until } from '../support/until.ts';
import { Haproxy } from './haproxy.ts';
import { Clients, type Load } from './load.ts';

export interface Result {
  /** Requests whose answer was whole. */
  readonly answered: number;
  /** What every other one got. */
  readonly problems: readonly string[];
  /** Calls of Poe that ran when a gateway was told to end, for each of them. */
  readonly openAtEnds: readonly number[];
  readonly exitCodes: readonly (number | null)[];
  /** Requests on record, by their status. */
  readonly rows: Readonly<Record<string, number>>;
  readonly calls: number;
  /** Calls that Poe billed. */
  readonly billed: number;
}

const REPLICAS = 3;

/** Replaces all of three gateways, `rounds` times, as a Deployment does: a new one is ready before an old one goes. */
export async function replaceUnderLoad(
  rounds: number,
  load: Omit<Load, 'url'>,
  environment: Record<string, string> = {},
): Promise<Result> {
  const sandbox = await startSandbox({ requestsPerMinute: 10_000_000, balance: 1_000_000_000 });
  const [postgres, redis, haproxy] = await Promise.all([
    PostgresServer.start(),
    RedisServer.start(),
    Haproxy.start(),
  ]);
  const databaseUrl = await postgres.createDatabase();
  const all: Process[] = [];
  const settings = {
    ...environmentFor(sandbox.url),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    RATE_LIMIT_REQUESTS: '0',
    POE_REQUESTS_PER_MINUTE: '0',
    FOOTER: 'never',
    // On a busy machine Redis is late now and then, which is not what is tested here.
    STORE_DOWN: 'local',
    SHUTDOWN_DELAY_SECONDS: '2',
    SHUTDOWN_GRACE_SECONDS: '60',
    ...environment,
  };
  const startOne = async () => {
    const replica = run('main.js', settings);
    all.push(replica);
    await haproxy.add((await urlsOf(replica)).url);
  };
  try {
    for (let count = 0; count < REPLICAS; count++) await startOne();
    const clients = new Clients({ ...load, url: haproxy.url });
    await until('the load is there', () => clients.answered > load.streams, 60_000);
    const openAtEnds: number[] = [];
    for (let old = 0; old < rounds * REPLICAS; old++) {
      await startOne();
      openAtEnds.push(sandbox.openCalls());
      all[old]?.child.kill('SIGTERM');
    }
    const replaced = all.slice(0, rounds * REPLICAS);
    const exitCodes = await Promise.all(replaced.map(({ exit }) => exit));
    await clients.stop();
    return {
      answered: clients.answered,
      problems: clients.problems,
      openAtEnds,
      exitCodes,
      ...(await recorded(databaseUrl, sandbox, clients.answered)),
    };
  } finally {
    for (const { child } of all) child.kill('SIGKILL');
    await Promise.all([haproxy.stop(), redis.kill(), postgres.remove(), sandbox.close()]);
  }
}

async function recorded(databaseUrl: string, sandbox: Sandbox, answered: number) {
  const database = await openDatabase(
    { dataDir: undefined, databaseUrl, durability: 'process' },
    noteLog().log,
  );
  if (!database) throw new Error('no database');
  const rows = async () => {
    const found = await database.kysely.selectFrom('requests').select('status').execute();
    const statuses = Object.groupBy(found, ({ status }) => status);
    return Object.fromEntries(Object.entries(statuses).map(([name, all]) => [name, all.length]));
  };
  try {
    // Rows of the answers just given are closed in the background.
    await until('all are closed', async () => (await rows()).completed === answered).catch(
      () => undefined,
    );
    const calls = await database.kysely.selectFrom('calls').select('id').execute();
    return { rows: await rows(), calls: calls.length, billed: sandbox.ledger.length };
  } finally {
    await database.close();
  }
}
