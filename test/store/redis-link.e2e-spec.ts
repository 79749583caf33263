import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/observability/log.ts';
import { RedisLink } from '../../src/store/redis-link.ts';
import { freePort } from '../support/free-port.ts';
import { RedisServer } from '../support/redis-server.ts';

const log = { info: () => undefined, warn: () => undefined } as unknown as Log;

describe.skipIf(!RedisServer.isInstalled())('the start waits for Redis', () => {
  let link: RedisLink | undefined;
  afterEach(() => link?.onApplicationShutdown());

  it('so that the first request finds it', async () => {
    const server = await RedisServer.start();
    link = await RedisLink.open(server.url, log);
    expect(link.isUp).toBe(false);
    await link.onApplicationBootstrap();
    expect(link.isUp).toBe(true);
    link.onApplicationShutdown();
    await server.kill();
  });

  it('but not for one that is not there', async () => {
    link = await RedisLink.open(`redis://127.0.0.1:${await freePort()}`, log);
    await link.onApplicationBootstrap();
    expect(link.isUp).toBe(false);
  });
});
