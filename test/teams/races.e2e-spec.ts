import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { ask } from '../support/chat.ts';
import { embeddedDatabases } from '../support/databases.ts';
import { until } from '../support/until.ts';
import { BUSY_MS, canDeploy, startDeployment, teamsEnvironment } from './deployment.ts';
import { billOf, booksOf, budgetsIn, countBy } from './figures.ts';
import { Replica } from './replica.ts';
import { teamsFile } from './teams-file.ts';
import { send } from './traffic.ts';

const REQUESTS = 300;
const TOKENS = 100;
/** Room for about a hundred of them, at 135 points for 1,000 tokens and a few for the prompt. */
const BUDGET = 1500;
const TEAM = { data: BUDGET };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/**
 * All at once: one stream, one answer in JSON, and so on. Where a Redis was slow on a busy machine
 * they come again, as clients do.
 */
function rush(urls: readonly string[], headers: Record<string, string>) {
  const one = async (number: number) => {
    const body = ask(`ok tokens=${TOKENS} delay=2 id=${number}`, {
      stream: number % 2 === 0,
      max_tokens: TOKENS,
    });
    for (;;) {
      const outcome = await send(urls[number % urls.length] ?? '', body, headers);
      if (outcome !== 503) return outcome;
      await sleep(100);
    }
  };
  return Promise.all(Array.from({ length: REQUESTS }, (_, number) => one(number)));
}

/** Looks again and again until `end` is there; resolves with the most that it ever saw. */
async function watch(end: Promise<unknown>, look: () => Promise<number> | number): Promise<number> {
  let most = 0;
  const turn = () => new Promise((resolve) => setImmediate(resolve, 'again'));
  while ((await Promise.race([end, turn()])) === 'again') most = Math.max(most, await look());
  return most;
}

/** The published bound: what was in flight may have cost more than its estimate. */
async function boundOf({ kysely }: Parameters<typeof booksOf>[0]['database']): Promise<number> {
  const rows = await kysely.selectFrom('requests').select(['points', 'held']).execute();
  return rows.reduce((sum, { points, held }) => sum + Math.max(0, points - held), BUDGET);
}

describe.skipIf(!canDeploy())(
  'a budget for a hundred of 300 requests at once',
  { timeout: 3 * BUSY_MS },
  () => {
    it('holds against three gateways on one Redis and one PostgreSQL', async () => {
      const deployment = await startDeployment({ budgets: TEAM });
      cleanUps.push(() => deployment.close());
      const { replicas, redis, teams, database } = deployment;
      const urls = replicas.map(({ url = '' }) => url);
      const outcomes = rush(urls, teams[0]?.headers ?? {});
      const [ends, mostUsed, mostBilled] = await Promise.all([
        outcomes,
        watch(outcomes, async () => {
          const { spent, held } = await budgetsIn(redis);
          return spent + held;
        }),
        watch(outcomes, () => billOf(deployment)),
      ]);
      const counts = countBy(ends.map(String));
      expect(Object.keys(counts).sort()).toEqual(['402', 'done']);
      const isSettled = async () => {
        const { spent, held } = await budgetsIn(redis);
        const { statuses, booked } = await booksOf(deployment);
        const isClosed = held === 0 && statuses.open === undefined;
        return isClosed && spent === booked && spent === billOf(deployment);
      };
      await until('all that was spent is known', isSettled, BUSY_MS);
      const bound = await boundOf(database);
      expect(bound).toBeLessThan(1.05 * BUDGET);
      for (const most of [mostUsed, mostBilled, billOf(deployment)]) {
        expect(most).toBeLessThanOrEqual(bound);
      }
      // It was nearly used up: nobody was refused for nothing.
      expect(billOf(deployment)).toBeGreaterThan(0.9 * BUDGET);
      expect(mostUsed).toBeGreaterThan(0.9 * BUDGET);
      expect((await booksOf(deployment)).statuses).toEqual({ completed: counts.done });
    });
  },
);

describe(
  'a budget for a hundred of 300 requests at once, in one process',
  { timeout: 3 * BUSY_MS },
  () => {
    const { open } = embeddedDatabases();

    it('holds on SQLite and in memory', async () => {
      const sandbox = await startSandbox({ requestsPerMinute: 1e6 });
      cleanUps.push(() => sandbox.close());
      const { file, teams } = teamsFile(TEAM);
      const dataDir = mkdtempSync(join(tmpdir(), 'poe-proxy-races-'));
      const gateway = new Replica(
        { ...teamsEnvironment(sandbox.url, file), DATA_DIR: dataDir },
        [],
      );
      cleanUps.push(() => gateway.kill());
      await gateway.start();
      const headers = teams[0]?.headers ?? {};
      const outcomes = rush([gateway.url ?? ''], headers);
      const mostBilled = await watch(outcomes, () => billOf({ sandbox }));
      const counts = countBy((await outcomes).map(String));
      expect(Object.keys(counts).sort()).toEqual(['402', 'done']);
      const database = await open({ dataDir, databaseUrl: undefined, durability: 'process' });
      const isRight = async () => {
        const { statuses, booked } = await booksOf({ database });
        return statuses.open === undefined && booked === billOf({ sandbox });
      };
      await until('all rows are right', isRight, BUSY_MS);
      const bound = await boundOf(database);
      expect(bound).toBeLessThan(1.05 * BUDGET);
      expect(Math.max(mostBilled, billOf({ sandbox }))).toBeLessThanOrEqual(bound);
      expect(billOf({ sandbox })).toBeGreaterThan(0.9 * BUDGET);
      expect((await booksOf({ database })).statuses).toEqual({ completed: counts.done });
    });
  },
);
