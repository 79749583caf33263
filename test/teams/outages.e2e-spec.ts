import { afterEach, describe, expect, it } from 'vitest';
import { ask, chat } from '../support/chat.ts';
import { until } from '../support/until.ts';
import { BUSY_MS, canDeploy, startDeployment, type Deployment } from './deployment.ts';
import { billOf, booksOf, budgetsIn } from './figures.ts';
import { Traffic } from './traffic.ts';

const MORE = 30;
const PROBE = 'ok id=probe';

describe.skipIf(!canDeploy())(
  'three gateways under load whose stores are lost and come back',
  { timeout: 3 * BUSY_MS },
  () => {
    let deployment: Deployment;
    let traffic: Traffic;
    afterEach(() => deployment.close());

    const start = async (mode: string) => {
      deployment = await startDeployment({
        budgets: { data: 1e7, ops: 1e7 },
        environment: { STORE_DOWN: mode },
      });
      traffic = new Traffic(deployment, 12, (number) => ({
        steps: `ok tokens=${10 + (number % 20)} delay=10`,
        stream: number % 2 === 0,
      }));
      await served();
    };
    /** So many more answers, of all gateways in turn. */
    const served = async () => {
      const before = traffic.count('done');
      await until('it serves', () => traffic.count('done') >= before + MORE, BUSY_MS);
    };
    const answers = () =>
      Promise.all(
        deployment.replicas.map(({ url = '' }) =>
          chat(url, ask(PROBE, { stream: false }), deployment.teams[0]?.headers),
        ),
      );
    const allAnswer = (status: number) =>
      until(
        `all answer ${status}`,
        async () => (await answers()).every((answer) => answer.status === status),
        BUSY_MS,
      );
    const stores = [
      {
        lose: () => deployment.redisServer.kill(),
        bringBack: () => deployment.redisServer.start(),
      },
      {
        lose: () => deployment.postgres.kill(),
        bringBack: () => deployment.postgres.start(),
      },
    ];
    /** All that was answered is in the books, to the point. */
    const expectNothingLost = async (probes: number) => {
      await traffic.stop();
      const isRight = async () => {
        const { statuses, booked } = await booksOf(deployment);
        const { spent, held } = await budgetsIn(deployment.redis);
        const bill = billOf(deployment);
        return statuses.open === undefined && booked === bill && spent === bill && held === 0;
      };
      await until('rows, budgets and bill agree', isRight, BUSY_MS);
      const { completed } = (await booksOf(deployment)).statuses;
      expect(completed).toBe(traffic.count('done') + probes);
      expect(deployment.replicas.flatMap(({ complaints }) => complaints)).toEqual([]);
    };

    it('refuse meanwhile with STORE_DOWN=refuse, and only then', async () => {
      await start('refuse');
      for (const { lose, bringBack } of stores) {
        await lose();
        await allAnswer(503);
        const [refused] = await answers();
        expect(refused?.text).toContain('"store_unavailable"');
        expect(refused?.headers['retry-after']).toBeDefined();
        await bringBack();
        await allAnswer(200);
        await served();
      }
      expect(traffic.count('done', 503)).toBe(traffic.outcomes.length);
      await traffic.stop();
      const calls = deployment.sandbox.journal.map(({ body }) => JSON.stringify(body ?? null));
      await expectNothingLost(calls.filter((body) => body.includes(PROBE)).length);
    });

    it('serve on with STORE_DOWN=local', async () => {
      await start('local');
      for (const { lose, bringBack } of stores) {
        await lose();
        await served();
        await bringBack();
        await served();
      }
      expect(traffic.count('done')).toBe(traffic.outcomes.length);
      await expectNothingLost(0);
    });
  },
);
