import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../src/observability/log.ts';
import { LocalWindow } from '../src/poe/turns/local-window.ts';
import { makeTurns } from '../src/poe/turns/make-turns.fixture.ts';
import { RedisWindow } from '../src/poe/turns/redis-window.ts';
import { TAKE_SCRIPT } from '../src/poe/turns/take-script.ts';
import { Turns } from '../src/poe/turns/turns.ts';
import { RedisLink } from '../src/store/redis-link.ts';
import { startGateway } from './support/start-gateway.ts';
import { RedisServer } from './support/redis-server.ts';
import { until } from './support/until.ts';

const KEY = 'poe-proxy:pace:default';
const MINUTE = 60_000;
/** So long that a busy machine does not look like a slow Redis. */
const PATIENCE = 5000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startRedis(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options);
  cleanUps.push(() => server.kill());
  return server;
}

/** For looking into Redis, and for nothing else. */
function openRedis(url: string): Redis {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  cleanUps.push(() => {
    redis.disconnect();
  });
  return redis;
}

/** One replica of the gateway; `up` waits until it counts through Redis. */
async function startReplica(
  url: string,
  { limit = 10, maxWaitMs = 300, answerMs = PATIENCE, windowMs = MINUTE } = {},
) {
  const logged: string[] = [];
  const note = (facts: object, message: string) => {
    logged.push(`${JSON.stringify(facts)} ${message}`);
  };
  const log = { info: note, warn: note, error: note } satisfies Log;
  const link = await RedisLink.open(url, log, answerMs);
  cleanUps.push(() => {
    link.onApplicationShutdown();
  });
  const window = new RedisWindow(link, KEY, new LocalWindow(limit, windowMs));
  const replica = makeTurns({ maxWaitMs }, undefined, { of: () => window });
  return { ...replica, link, window, logged, up: () => until('Redis is up', () => link.isUp) };
}

const granted = (diary: readonly string[]) => diary.filter((entry) => !entry.includes(':'));

describe.skipIf(!RedisServer.isInstalled())('with Redis', () => {
  it('two replicas together never get more than the account may', async () => {
    const { url } = await startRedis();
    const replicas = [await startReplica(url), await startReplica(url)];
    for (const replica of replicas) await replica.up();
    for (let index = 0; index < 40; index++) replicas[index % 2]?.take(`${index}`);
    await until('all know', () => replicas.every(({ diary }) => diary.length === 20));
    expect(replicas.flatMap(({ diary }) => granted(diary))).toHaveLength(10);
    const redis = openRedis(url);
    expect(await redis.zcard(KEY)).toBe(10);
    const ttl = await redis.pttl(KEY);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(MINUTE + PATIENCE);
  });

  it('says when there is room again, and has it then', async () => {
    const { url } = await startRedis();
    const settings = { limit: 2, windowMs: 200, answerMs: 1000 };
    const one = await startReplica(url, settings);
    const other = await startReplica(url, settings);
    for (const replica of [one, other]) await replica.up();
    await one.window.take(1, performance.now());
    await sleep(100);
    expect(await other.window.take(2, performance.now())).toMatchObject({ count: 1 });
    const { count, waitMs } = await other.window.take(1, performance.now());
    expect(count).toBe(0);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(1200);
    await sleep(waitMs + 1);
    expect(await other.window.take(1, performance.now())).toEqual({ count: 1, waitMs: 0 });
  });

  it('has room again when all are gone that were too many', async () => {
    const { url } = await startRedis();
    const { link, window, up } = await startReplica(url, { limit: 2 });
    await up();
    // Of another replica, which had counted alone: its age in µs, each.
    const ages = [50, 40, 20, 10].map((seconds) => seconds * 1_000_000);
    await link.run(TAKE_SCRIPT, KEY, (MINUTE + PATIENCE) * 1000, 2, 0, 'other', 4, ...ages);
    const { count, waitMs } = await window.take(1, performance.now());
    expect(count).toBe(0);
    // Only when the third has left there is one too few.
    expect(waitMs).toBeGreaterThan(MINUTE + PATIENCE - 40_000);
    expect(waitMs).toBeLessThanOrEqual(MINUTE + PATIENCE - 20_000);
  });

  it('counts locally while Redis is dead, and together again when it is back', async () => {
    const server = await startRedis();
    const [one, other] = [await startReplica(server.url), await startReplica(server.url)];
    for (const replica of [one, other]) await replica.up();
    for (let index = 0; index < 4; index++) one.take(`before ${index}`);
    await until('4 were given', () => one.diary.length === 4);

    await server.kill();
    await until('Redis is missed', () => !one.link.isUp && !other.link.isUp);
    for (let index = 0; index < 10; index++) {
      one.take(`alone ${index}`);
      other.take(`alone ${index}`);
    }
    // At once, and each no more than the limit, what went through Redis included.
    expect([one, other].map(({ diary }) => granted(diary).length)).toEqual([10, 10]);
    await until('4 were refused', () => one.diary.length === 14);

    await server.start();
    for (const replica of [one, other]) await replica.up();
    const third = await startReplica(server.url);
    await third.up();
    third.take('too much');
    await until('it knows', () => third.diary.length === 1);
    expect(third.diary[0]).toContain('timeout');
    expect(await openRedis(server.url).zcard(KEY)).toBe(20);
    for (const { logged } of [one, other]) {
      expect(logged.map((line) => /Redis is \w+/.exec(line)?.[0])).toEqual([
        'Redis is away',
        'Redis is back',
      ]);
    }
  });

  it('waits no longer than it may for a Redis that does not answer', async () => {
    const server = await startRedis();
    const { take, diary, up, link, logged, window } = await startReplica(server.url, {
      maxWaitMs: 30_000,
      answerMs: 100,
    });
    await up();
    server.freeze();
    take('asked');
    expect(diary).toEqual([]);
    await until('it is given', () => diary.length === 1);
    expect(link.isUp).toBe(false);
    take('not asked');
    expect(diary).toEqual(['asked', 'not asked']);
    // It is still frozen: nobody waited for it.
    server.thaw();
    await up();
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('no answer in 100 ms');
    // The question that it had not answered in time is not counted a second time.
    expect(await openRedis(server.url).zcard(KEY)).toBe(2);
    expect(await window.take(10, performance.now())).toMatchObject({ count: 8 });
  });

  it('counts alone when its password is refused, and does not log it', async () => {
    const { port } = await startRedis('--requirepass', 'right-secret');
    const url = `redis://:wrong-secret@127.0.0.1:${port}`;
    const { take, diary, logged } = await startReplica(url);
    await until('it is refused', () => logged.length > 0);
    take('a');
    expect(diary).toEqual(['a']);
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toContain('wrong-secret');
  });

  it('is used by the application as it is set up, and left at its end', async () => {
    const { url } = await startRedis();
    const redis = openRedis(url);
    const connections = async () => String(await redis.client('LIST')).match(/name=poe-proxy/g);
    const gateway = await startGateway('http://127.0.0.1:1', { REDIS_URL: url });
    let isOpen = true;
    const close = async () => {
      if (isOpen) await gateway.close();
      isOpen = false;
    };
    cleanUps.push(close);
    const turns = gateway.app.get(Turns, { strict: false });
    await until('Redis counts', async () => {
      await turns.takeForUsage('default');
      return (await redis.exists(KEY)) === 1;
    });
    expect(await connections()).toHaveLength(1);
    const ofRedis = () => gateway.log.filter(({ msg }) => String(msg).startsWith('Redis'));
    const before = ofRedis().length;
    await close();
    await until('it is left', async () => (await connections()) === null);
    expect(ofRedis()).toHaveLength(before);
  });
});

it('counts alone from the start when there is no Redis, and says so once', async () => {
  const { take, diary, logged, link } = await startReplica('redis://127.0.0.1:1', { limit: 2 });
  for (const who of ['a', 'b', 'c']) take(who);
  expect(diary).toEqual(['a', 'b']);
  await until('the last is refused', () => diary.length === 3);
  expect(diary[2]).toContain('c: timeout');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('Redis is away');
  link.onApplicationShutdown();
  await sleep(1);
  expect(logged).toHaveLength(1);
});
