import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { ConfigModule } from '../src/config/config.module.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { BudgetBook, type Budget } from '../src/ledger/budget.ts';
import { Budgets } from '../src/ledger/budgets.ts';
import { LedgerModule } from '../src/ledger/ledger.module.ts';
import { Metrics } from '../src/observability/metrics.ts';
import { ObservabilityModule } from '../src/observability/observability.module.ts';
import { RedisLink } from '../src/store/redis-link.ts';
import { heldInRedis } from './support/held-in-redis.ts';
import { noteLog } from './support/note-log.ts';
import { RedisServer } from './support/redis-server.ts';
import { until } from './support/until.ts';

const NOW = Date.now();
const spender = { teamId: 't', keyId: 'k', model: 'm' };
const wish = { spender, limits: {}, points: 6, tokens: 0, isStream: false, openedAt: NOW };
const budget: Budget = { id: 'b', scope: 'team', subject: 't', period: 'day', points: 10 };

@Global()
@Module({
  providers: [{ provide: BudgetBook, useValue: { budgetsFor: () => [budget] } }],
  exports: [BudgetBook],
})
class BookModule {}

async function open(environment: Record<string, string>) {
  const config = loadConfig({ POE_API_KEY: 'pk-test', ...environment });
  const { log, lines } = noteLog();
  const imports = [ConfigModule.with(config), ObservabilityModule.with(log), BookModule];
  const app = await Test.createTestingModule({ imports: [...imports, LedgerModule] }).compile();
  await app.init();
  return { app, lines, budgets: app.get(Budgets), metrics: app.get(Metrics) };
}

it('counts in this process without Redis, shows it as a metric and logs what is passed', async () => {
  const { app, lines, budgets, metrics } = await open({});
  const hold = await budgets.admit(wish);
  expect(() => budgets.admit(wish)).toThrow('0 of 10 points are spent and 6 held');
  hold.settle(8);
  expect(await metrics.registry.metrics()).toContain(
    'poe_proxy_budget_used_ratio{scope="team",subject="t",period="day"} 0.8',
  );
  await until('it is logged', () => lines.length === 2);
  expect(lines.map(({ facts }) => facts)).toEqual([
    { budget: 'b', percent: 50, spent: 8, limit: 10 },
    { budget: 'b', percent: 80, spent: 8, limit: 10 },
  ]);
  await app.close();
});

describe.skipIf(!RedisServer.isInstalled())('with REDIS_URL', () => {
  it('counts there, and has told all and holds nothing when the process has ended', async () => {
    const server = await RedisServer.start();
    const redis = new Redis(server.url);
    const { app, budgets } = await open({ REDIS_URL: server.url });
    await until('Redis is up', () => app.get(RedisLink, { strict: false }).isUp);
    const [settled, forgotten] = [
      await budgets.admit(wish),
      await budgets.admit({ ...wish, points: 2 }),
    ];
    expect(await heldInRedis(redis)).toBe(8);
    settled.settle(3);
    await app.close();
    const [name = ''] = await redis.keys('*:spent:*');
    expect(await redis.hget(name, 'total')).toBe('3');
    const leases = await redis.zrangebyscore(
      'poe-proxy:{budgets}:leases',
      `(${Date.now()}`,
      '+inf',
    );
    expect(leases).toEqual([]);
    forgotten.release();
    redis.disconnect();
    await server.kill();
  });
});
