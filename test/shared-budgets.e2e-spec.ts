import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../src/errors/api-error.ts';
import type { BudgetHold } from '../src/ledger/budget-hold.ts';
import type { Budget } from '../src/ledger/budget.ts';
import type { Wish } from '../src/ledger/budgets.ts';
import { MemoryLedger } from '../src/ledger/memory-ledger.fixture.ts';
import { startBudgetReplica, type BudgetReplica } from './support/budget-replica.ts';
import { heldInRedis } from './support/held-in-redis.ts';
import { RedisServer } from './support/redis-server.ts';
import { until } from './support/until.ts';

const NOW = Date.now();
const spender = { teamId: 't', keyId: 'k', model: 'm' };
const wish: Wish = { spender, limits: {}, points: 1, tokens: 0, isStream: false, openedAt: NOW };
const team: Budget = { id: 'team', scope: 'team', subject: 't', period: 'month', points: 100 };
const key: Budget = { id: 'key', scope: 'key', subject: 'k', period: 'month', points: 1000 };

describe.skipIf(!RedisServer.isInstalled())('budgets through Redis', () => {
  let server: RedisServer;
  let redis: Redis;
  let budgets: Budget[];
  let ledger: MemoryLedger;
  let replicas: BudgetReplica[];

  beforeEach(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    redis.on('error', () => undefined);
    budgets = [key, team];
    ledger = new MemoryLedger();
    replicas = [];
  });
  afterEach(async () => {
    for (const replica of replicas) await replica.kill();
    redis.disconnect();
    await server.kill();
  });

  type Settings = Partial<Parameters<typeof startBudgetReplica>[1]>;
  async function start(settings: Settings = {}): Promise<BudgetReplica> {
    const book = { all: [], budgetsFor: () => budgets };
    const replica = await startBudgetReplica(server.url, { book, ledger, ...settings });
    replicas.push(replica);
    return replica;
  }
  const startTwo = async (settings?: Settings) =>
    [await start(settings), await start(settings)] as const;

  const admit = async ({ budgets: them }: BudgetReplica, more: Partial<Wish> = {}) =>
    them.admit({ ...wish, ...more });
  /** The status that it is refused with, if it is. */
  const statusOf = (replica: BudgetReplica, more?: Partial<Wish>) =>
    admit(replica, more).then(
      (hold) => {
        hold.release();
        return 200;
      },
      (error: unknown) => (error instanceof ApiError ? error.status : error),
    );
  const settleAll = (holds: readonly BudgetHold[], cost = 1) => {
    for (const hold of holds) hold.settle(cost);
  };
  async function admitMany(all: readonly [BudgetReplica, ...BudgetReplica[]], count: number) {
    const holds: BudgetHold[] = [];
    const refused: ApiError[] = [];
    const ask = async (index: number) => {
      try {
        holds.push(await admit(all[index % all.length] ?? all[0]));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        refused.push(error);
      }
    };
    await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
    return { holds, refused };
  }
  const spentIn = ({ budgets: them }: BudgetReplica) =>
    them.standing(spender, NOW).map(({ spent }) => spent);
  async function loseAndBringBack(lose: () => Promise<void> = () => Promise.resolve()) {
    await server.kill();
    await until('Redis is missed', () => replicas.every(({ link }) => !link.isUp));
    await lose();
    await server.start();
    for (const replica of replicas) await replica.up();
  }

  it('hold against three instances that ask all at once', async () => {
    const all = [await start(), await start(), await start()] as const;
    const { holds, refused } = await admitMany(all, 300);
    expect([holds.length, refused.length]).toEqual([100, 200]);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([402]));
    // Nothing is left in the budget that had room.
    expect(await heldInRedis(redis)).toBe(200);
    settleAll(holds);
    for (const replica of all) await replica.tell();
    expect(await heldInRedis(redis)).toBe(0);
    for (const replica of all) await statusOf(replica);
    expect(all.map(spentIn)).toEqual([
      [100, 100],
      [100, 100],
      [100, 100],
    ]);
  });

  it('cost one command for each admission', async () => {
    const replica = await start();
    await admit(replica);
    await replica.tell();
    const commands = async () => {
      const stats = await redis.info('commandstats');
      return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce(
        (sum, [, calls]) => sum + Number(calls),
        0,
      );
    };
    const before = await commands();
    const limits = { requestsPerMinute: 100, tokensPerMinute: 100, maxStreams: 100 };
    const { holds } = await admitMany([replica], 20);
    holds.push(await admit(replica, { limits, isStream: true }));
    expect((await commands()) - before).toBe(21);
    // All that is settled in one turn is told at once.
    settleAll(holds);
    await new Promise(setImmediate);
    await replica.teller.renew([]);
    expect((await commands()) - before).toBe(23);
  });

  it('free what a killed instance held when its lease ends', async () => {
    const leaseMs = 300;
    const [one, other] = await startTwo({ leaseMs });
    await admit(one, { points: 100 });
    expect(await statusOf(other)).toBe(402);
    await one.kill();
    await until('its lease is over', async () => {
      await other.teller.renew([]);
      return (await statusOf(other)) === 200;
    });
  });

  it('know again what an instance holds that slept through its lease', async () => {
    const [one, other] = await startTwo();
    const hold = await admit(one, { points: 80 });
    const sleeper = one.teller.incarnation;
    await redis.zadd('poe-proxy:{budgets}:leases', 1, sleeper);
    (await admit(other, { points: 90 })).release();
    await one.teller.renew(one.tallies.all());
    await one.tell();
    expect(one.teller.incarnation).not.toBe(sleeper);
    expect(await statusOf(other, { points: 21 })).toBe(402);
    hold.settle(5);
    await one.tell();
    expect(await statusOf(other, { points: 95 })).toBe(200);
    expect(await statusOf(other, { points: 96 })).toBe(402);
  });

  it('survive a Redis that comes back empty, with what was held and settled meanwhile', async () => {
    const [one, other] = await startTwo();
    ledger.rows.push({ instance: 'gone', openedAt: NOW, spender, cost: 10 });
    const [early, late, open] = [
      await admit(one),
      await admit(one),
      await admit(other, { points: 30 }),
    ];
    early.settle(20);
    await one.tell();
    await loseAndBringBack(async () => {
      late.settle(15);
      // The second row is yet to be written.
      ledger.rows.push({ instance: one.id, openedAt: NOW, spender, cost: 20 });
      expect(await statusOf(one)).toBe(503);
    });
    expect(await statusOf(other, { points: 26 })).toBe(402);
    expect(await statusOf(one, { points: 25 })).toBe(200);
    expect([spentIn(one), spentIn(other)]).toEqual([
      [45, 45],
      [45, 45],
    ]);
    open.settle(1);
    await other.tell();
    expect(await statusOf(one, { points: 55 })).toBe(402);
    expect(await statusOf(one, { points: 54 })).toBe(200);
  });

  it('count nothing twice that a frozen Redis did in the end', async () => {
    const [one, other] = await startTwo({ answerMs: 200 });
    const hold = await admit(one, { points: 10 });
    server.freeze();
    hold.settle(40);
    expect(await statusOf(one, { points: 50 })).toBe(503);
    expect(one.link.isUp).toBe(false);
    // Nobody waits for it a second time.
    const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
    expect(await Promise.race([statusOf(one), turn])).toBe(503);
    server.thaw();
    await one.up();
    await other.up();
    expect(await statusOf(other, { points: 61 })).toBe(402);
    expect(await statusOf(other, { points: 60 })).toBe(200);
    await one.tell();
    expect(await heldInRedis(redis)).toBe(0);
  });

  it('do not take a process that was busy itself for a Redis that is slow', async () => {
    const answerMs = 100;
    const replica = await start({ answerMs });
    await admit(replica);
    const asked = admit(replica);
    // It is sent by then, and not answered.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    const until = performance.now() + 3 * answerMs;
    while (performance.now() < until);
    await expect(asked).resolves.toBeDefined();
    expect(replica.link.isUp).toBe(true);
  });

  it('are shared out while Redis is away, with STORE_DOWN=local', async () => {
    const all = await startTwo({ whenDown: 'local' });
    const [one, other] = all;
    (await admit(one)).settle(41);
    for (const replica of all) await replica.tell();
    for (const replica of all) await replica.teller.renew(replica.tallies.all());
    await statusOf(other);
    await statusOf(one);
    await server.kill();
    await until('it is missed', () => all.every(({ link }) => !link.isUp));
    const [ones, others] = [await admitMany([one], 100), await admitMany([other], 100)];
    // 59 are left, of which each may have a half.
    expect([ones.holds.length, others.holds.length]).toEqual([29, 29]);
    settleAll(ones.holds);
    await server.start();
    for (const replica of all) await replica.up();
    const { holds } = await admitMany(all, 100);
    expect(holds).toHaveLength(100 - 41 - 29 - 29);
    settleAll([...others.holds, ...holds]);
    for (const replica of all) await replica.tell();
    expect(await heldInRedis(redis)).toBe(0);
    expect(await statusOf(one)).toBe(402);
    expect(spentIn(one)).toEqual([100, 100]);
  });

  it('begin once with what the ledger knows, though two instances ask it', async () => {
    const [one, other] = await startTwo();
    ledger.rows.push({ instance: 'gone', openedAt: NOW, spender, cost: 30 });
    ledger.rows.push({ instance: other.id, openedAt: NOW, spender, cost: 20 });
    const { holds } = await admitMany([one, other], 60);
    expect(holds).toHaveLength(50);
    settleAll(holds);
    for (const replica of [one, other]) await replica.tell();
    expect(await statusOf(await start())).toBe(402);
    expect(await redis.hget('poe-proxy:{budgets}:spent:team:' + `${startOfMonth()}`, 'total')).toBe(
      '100',
    );
  });

  it('take a correction that the ledger has already for no second one', async () => {
    const [one, other] = await startTwo();
    ledger.rows.push({ instance: 'gone', openedAt: NOW, spender, cost: 30 });
    one.budgets.correct(spender, NOW, 5, NOW);
    await one.tell();
    expect(await statusOf(one, { points: 71 })).toBe(402);
    expect(await statusOf(one, { points: 70 })).toBe(200);
    // Now the window is known, and who never saw it corrects it for all.
    other.budgets.correct(spender, NOW, 5, NOW);
    await until('it is corrected', async () => (await statusOf(one, { points: 66 })) === 402);
    await other.tell();
    expect(await statusOf(one, { points: 65 })).toBe(200);
  });

  it('are shared out while the ledger is away, with STORE_DOWN=local, and add up after it', async () => {
    const [one, other] = await startTwo({ whenDown: 'local' });
    for (const { teller } of [one, other]) await teller.renew([]);
    ledger.isDown = true;
    expect(await statusOf(one, { points: 51 })).toBe(402);
    await admit(one, { points: 40 });
    ledger.isDown = false;
    await one.tell();
    await until('it is asked again', async () => (await statusOf(other, { points: 60 })) === 200);
    await other.tell();
    expect(await statusOf(other, { points: 61 })).toBe(402);
  });

  it('refuse while the ledger cannot say what was spent, and ask it again', async () => {
    const replica = await start();
    ledger.isDown = true;
    expect(await statusOf(replica)).toBe(503);
    ledger.isDown = false;
    ledger.rows.push({ instance: 'gone', openedAt: NOW, spender, cost: 100 });
    await until('it was asked again', async () => (await statusOf(replica)) === 402);
  });

  it('limit requests, tokens and streams of a key over all instances', async () => {
    budgets = [];
    const all = await startTwo();
    const [one, other] = all;
    const rpm = { limits: { requestsPerMinute: 2 } };
    const outcomes = [
      await statusOf(one, rpm),
      await statusOf(other, rpm),
      await statusOf(one, rpm),
    ];
    expect(outcomes).toEqual([200, 200, 429]);
    const tpm = { limits: { tokensPerMinute: 100 }, tokens: 60 };
    const first = await admit(one, tpm);
    expect(await statusOf(other, tpm)).toBe(429);
    first.settle(0, { tokens: 40 });
    await one.tell();
    expect(await statusOf(other, tpm)).toBe(200);
    const streams = { limits: { maxStreams: 1 }, isStream: true };
    const stream = await admit(one, streams);
    expect(await statusOf(other, streams)).toBe(429);
    expect(await statusOf(other, { ...streams, isStream: false })).toBe(200);
    stream.settle(0);
    await one.tell();
    expect(await statusOf(other, streams)).toBe(200);
    expect(await heldInRedis(redis)).toBe(0);
  });

  it('announce a threshold once, whoever passes it', async () => {
    const [one, other] = await startTwo();
    await admit(one);
    await admit(other);
    const claims = await Promise.all(
      [one, other].map(({ counters, tallies }) => counters.claim(tallies.of(team, NOW), '50')),
    );
    expect(claims.sort()).toEqual([false, true]);
    const passed: number[] = [];
    other.counters.onSpent = ({ total }) => passed.push(total);
    (await admit(one)).settle(60);
    await one.tell();
    await other.teller.renew(other.tallies.all());
    expect(passed).toContain(60);
  });

  it('leave nothing behind but what has an end, and give up their lease when closed', async () => {
    const [one, other] = await startTwo();
    const limits = { requestsPerMinute: 9, maxStreams: 9 };
    const expectAllToEnd = async () => {
      const keys = (await redis.keys('poe-proxy:*')).filter((name) => !name.endsWith(':leases'));
      expect(keys.length).toBeGreaterThan(4);
      for (const name of keys) expect([name, await redis.pttl(name)]).not.toEqual([name, -1]);
    };
    const first = await admit(one, { limits, isStream: true });
    await expectAllToEnd();
    first.settle(5);
    const open = await admit(one, { points: 95 });
    await one.tell();
    await expectAllToEnd();
    expect(await statusOf(other)).toBe(402);
    await one.counters.close();
    expect(await statusOf(other)).toBe(200);
    open.release();
    await sleep(0);
  });
});

function startOfMonth(): number {
  const date = new Date(NOW);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
