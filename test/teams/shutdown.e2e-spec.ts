import { afterEach, describe, expect, it } from 'vitest';
import { LEASES_KEY } from '../../src/ledger/redis-keys.ts';
import { until } from '../support/until.ts';
import { canDeploy, startDeployment, type Deployment } from './deployment.ts';
import { billOf, booksOf, budgetsIn } from './figures.ts';
import { Traffic } from './traffic.ts';

describe.skipIf(!canDeploy())('SIGTERM under load, to one gateway of three after the other', () => {
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
      await until('there was traffic', () => traffic.outcomes.length > before + 40);
      expect(await replica.stop()).toBe(0);
    }
    await traffic.stop();
    // Of who was on his way to a gateway that had just been told to stop, only Poe never heard.
    expect(traffic.count('torn', 'error')).toBe(0);
    const { statuses, booked } = await booksOf(deployment);
    expect(statuses).toEqual({
      completed: traffic.count('done'),
      abandoned: traffic.count('left'),
    });
    // They are dead: what they have not said by now they never will.
    expect(await budgetsIn(redis)).toEqual({ spent: booked, held: 0, stale: 0 });
    expect(await redis.zcard(LEASES_KEY)).toBe(0);
    const leases = await database.kysely.selectFrom('leases').select('name').execute();
    expect(leases).toEqual([]);
    expect(booked).toBeGreaterThan(0);
    expect(billOf(deployment)).toBeGreaterThan(0);
    expect(replicas.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
