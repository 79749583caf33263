import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigModule } from '../src/config/config.module.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { Budgets } from '../src/ledger/budgets.ts';
import { BudgetsModule } from '../src/ledger/budgets.module.ts';
import { Metrics } from '../src/observability/metrics.ts';
import { ObservabilityModule } from '../src/observability/observability.module.ts';
import { RedisLink } from '../src/store/redis-link.ts';
import { heldInRedis } from './support/held-in-redis.ts';
import { noteLog } from './support/note-log.ts';
import { RedisServer } from './support/redis-server.ts';
import { until } from './support/until.ts';

const NOW = Date.now();
const spender = { teamId: 'default', keyId: 'env:ci', model: 'm' };
const wish = { spender, limits: {}, points: 6, tokens: 0, isStream: false, openedAt: NOW };
const BUDGETS = 'budgets:\n  - { team: default, period: day, points: 10 }\n';
const id = 'file:team:default:day';

let module: TestingModule | undefined;

async function open(environment: Record<string, string>) {
  const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-keys-')), 'keys.yaml');
  writeFileSync(file, BUDGETS);
  const config = loadConfig({ POE_API_KEY: 'pk-test', KEYS_FILE: file, ...environment });
  const { log, lines } = noteLog();
  const imports = [
    ConfigModule.with(config),
    ObservabilityModule.with(log, '0.0.0'),
    BudgetsModule,
  ];
  module = await Test.createTestingModule({ imports }).compile();
  await module.init();
  return { lines, budgets: module.get(Budgets), metrics: module.get(Metrics) };
}

const close = async () => {
  await module?.close();
  module = undefined;
};
afterEach(close);

it('counts in this process without Redis, shows it as a metric and logs what is passed', async () => {
  const { lines, budgets, metrics } = await open({});
  const hold = await budgets.admit(wish);
  expect(() => budgets.admit(wish)).toThrow('0 of 10 points are spent and 6 held');
  hold.settle(8);
  expect(await metrics.registry.metrics()).toContain(
    'poe_proxy_budget_used_ratio{scope="team",subject="default",period="day"} 0.8',
  );
  await until('it is logged', () => lines.length === 2);
  expect(lines.map(({ facts }) => facts)).toEqual([
    { budget: id, percent: 50, spent: 8, limit: 10 },
    { budget: id, percent: 80, spent: 8, limit: 10 },
  ]);
});

describe.skipIf(!RedisServer.isInstalled())('with REDIS_URL', () => {
  let server: RedisServer | undefined;
  let redis: Redis | undefined;

  afterEach(async () => {
    redis?.disconnect();
    // What still talks to it is closed first.
    await close();
    await server?.kill();
  });

  it('counts there, and has told all and holds nothing when the process has ended', async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
    const { budgets } = await open({ REDIS_URL: server.url });
    await until('Redis is up', () => module?.get(RedisLink, { strict: false }).isUp === true);
    const [settled, forgotten] = [
      await budgets.admit(wish),
      await budgets.admit({ ...wish, points: 2 }),
    ];
    expect(await heldInRedis(redis)).toBe(8);
    expect(await budgets.readStanding('all', NOW)).toMatchObject([{ spent: 0, held: 8 }]);
    settled.settle(3);
    await close();
    const [name = ''] = await redis.keys('*:spent:*');
    expect(await redis.hget(name, 'total')).toBe('3');
    const leases = await redis.zrangebyscore(
      'poe-proxy:{budgets}:leases',
      `(${Date.now()}`,
      '+inf',
    );
    expect(leases).toEqual([]);
    forgotten.release();
  });
});
