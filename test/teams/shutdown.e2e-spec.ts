import { afterEach, describe, expect, it } from 'vitest';
import { LEASES_KEY } from '../../src/ledger/redis-keys.ts';
import { until } from '../support/until.ts';
import { BUSY_MS, canDeploy, startDeployment, type Deployment } from './deployment.ts';
import { billOf, booksOf, budgetsIn } from './figures.ts';
import { Traffic } from './traffic.ts';

describe.skipIf(!canDeploy())(
  'SIGTERM under load, to one gateway of three after the other',
  { timeout: 3 * BUSY_MS },
  () => {
    let deployment: Deployment;
    afterEach(() => deployment.close());

    it('loses no row and no point, and leaves no hold', async () => {
      deployment = await startDeployment({
        budgets: { data: 1e7, ops: 1e7 },
        environment: { SHUTDOWN_GRACE_SECONDS: '60', ABANDONED_STREAM: 'drain' },
      });
      const { replicas, redis, database } = deployment;
      const traffic = new Traffic(deployment, 15, (number) => ({
        steps: `ok tokens=${10 + (number % 40)} delay=10`,
        stream: number % 4 !== 0,
        leaves: number % 8 === 3,
      }));
      for (const replica of replicas) {
        const before = traffic.outcomes.length;
        await until('there was traffic', () => traffic.outcomes.length > before + 40, BUSY_MS);
        expect(await replica.stop()).toBe(0);
      }
      await traffic.stop();
      // Of who was on his way to a gateway that had just been told to stop, only Poe never heard.
      expect(traffic.count('torn', 'error')).toBe(0);
      const { statuses, booked } = await booksOf(deployment);
      const { completed = 0, abandoned = 0, ...others } = statuses;
      expect(others).toEqual({});
      expect(completed + abandoned).toBe(traffic.count('done', 'left'));
      expect(abandoned).toBeGreaterThan(0);
      // Who leaves with the last bytes has had it all.
      expect(completed).toBeGreaterThanOrEqual(traffic.count('done'));
      // They are dead: what they have not said by now they never will.
      expect(await budgetsIn(redis)).toEqual({ spent: booked, held: 0, stale: 0 });
      // At once, or by themselves where Redis was too slow to be told.
      const areOver = async () => (await redis.zcount(LEASES_KEY, Date.now(), '+inf')) === 0;
      await until('their leases are over', areOver, BUSY_MS);
      const leases = await database.kysely.selectFrom('leases').select('name').execute();
      expect(leases).toEqual([]);
      expect(booked).toBeGreaterThan(0);
      expect(billOf(deployment)).toBeGreaterThan(0);
      expect(replicas.flatMap(({ complaints }) => complaints)).toEqual([]);
    });
  },
);
