import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '../src/errors/api-error.ts';
import { BOOK, BUDGETS, stepsOf } from '../src/ledger/budget-steps.fixture.ts';
import { attempt, BudgetsModel, type Deployment } from '../src/ledger/budgets-model.fixture.ts';
import type { Wish } from '../src/ledger/budgets.ts';
import { MemoryLedger } from '../src/ledger/memory-ledger.fixture.ts';
import { LEASES_KEY } from '../src/ledger/redis-keys.ts';
import { startBudgetReplica, type BudgetReplica } from './support/budget-replica.ts';
import { heldInRedis } from './support/held-in-redis.ts';
import { RedisServer } from './support/redis-server.ts';

describe.skipIf(!RedisServer.isInstalled())('budgets through Redis', () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.kill();
  });

  async function startThree(): Promise<Deployment & { members: BudgetReplica[] }> {
    await redis.flushall();
    const ledger = new MemoryLedger();
    const start = () => startBudgetReplica(server.url, { book: BOOK, ledger });
    const members = [await start(), await start(), await start()];
    const at = (index: number) => {
      const replica = members[index];
      if (!replica) throw new Error(`there is no replica ${index}`);
      return replica;
    };
    const endLease = (index: number) => redis.zrem(LEASES_KEY, at(index).teller.incarnation);
    return {
      members,
      ledger,
      restart: async (index) => {
        await at(index).kill();
        await endLease(index);
        members[index] = await start();
      },
      pause: async (index) => {
        await endLease(index);
      },
      loseData: async () => {
        await redis.flushall();
      },
    };
  }

  const common = [
    'admit',
    'move',
    'settle',
    'correct',
    'release',
    'wait',
    'restart',
    'pause',
  ] as const;

  it.each([
    ['whatever becomes of instances and requests', [...common, 'reconcile'] as const],
    ['though Redis loses its data', [...common, 'loseData'] as const],
  ])(
    'three instances are as exact as one, %s',
    async (_, names) => {
      const property = fc.asyncProperty(stepsOf(names, 60), async (steps) => {
        const deployment = await startThree();
        try {
          await new BudgetsModel(deployment).run(steps);
          expect(await heldInRedis(redis)).toBe(0);
        } finally {
          for (const replica of deployment.members) await replica.kill();
        }
      });
      await fc.assert(property, { ...BOUNDS });
    },
    120_000,
  );

  it('they are in the end, though all happens at once', async () => {
    const request = fc.record({
      member: fc.nat(2),
      points: fc.integer({ min: 1, max: 9 }),
      cost: fc.integer({ min: 0, max: 9 }),
      turns: fc.nat(6),
      model: fc.constantFrom('m0', 'm1', 'm2'),
      mishap: fc.constantFrom('none', 'none', 'none', 'none', 'lease', 'data'),
    });
    const property = fc.asyncProperty(
      fc.array(request, { minLength: 20, maxLength: 120, size: 'max' }),
      async (requests) => {
        const { members, ledger, pause, loseData } = await startThree();
        const admitted: number[] = [];
        const serve = async ({ member: index, points, cost, turns, model, mishap }: Served) => {
          const member = members[index];
          if (!member) return;
          const wish = wishOf(model, points);
          const { openedAt, spender } = wish;
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          if (mishap === 'lease') void pause?.(index);
          if (mishap === 'data') void loseData?.();
          const hold = await attempt(() => member.budgets.admit(wish));
          if (hold instanceof ApiError) return;
          admitted.push(points);
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          ledger.rows.push({ instance: member.id, openedAt, spender, cost });
          hold.settle(cost);
        };
        try {
          await Promise.all(requests.map(serve));
          for (const { teller, tallies, tell } of members) {
            await teller.renew(tallies.all());
            await tell();
          }
          // Asked again, for what was lost after the last question.
          for (const { budgets, tell } of members) {
            for (const name of ['m0', 'm1']) {
              const hold = await attempt(() => budgets.admit(wishOf(name, 1)));
              if (!(hold instanceof ApiError)) hold.release();
            }
            await tell();
          }
          expect(await heldInRedis(redis)).toBe(0);
          for (const member of members) {
            for (const budget of BUDGETS) {
              const tally = member.tallies.of(budget, OPENED_AT);
              expect(tally.held).toBe(0);
              const sum = ledger.spent(budget, tally.start, tally.end);
              expect([budget.id, tally.total]).toEqual([budget.id, sum]);
            }
          }
          expect(admitted.length).toBeGreaterThan(0);
        } finally {
          for (const replica of members) await replica.kill();
        }
      },
    );
    await fc.assert(property, { ...BOUNDS });
  }, 120_000);
});

/** A run that fails is made smaller, with a real Redis: not for longer than anybody would wait. */
const BOUNDS = { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };
const OPENED_AT = Date.UTC(2090, 0);
const wishOf = (model: string, points: number): Wish => ({
  spender: { teamId: 't', keyId: 'k0', model },
  limits: {},
  points,
  tokens: 0,
  isStream: false,
  openedAt: OPENED_AT,
});

interface Served {
  readonly member: number;
  readonly points: number;
  readonly cost: number;
  readonly turns: number;
  readonly model: string;
  readonly mishap: string;
}
