import { describe, expect, it } from 'vitest';
import { PostgresServer } from '../support/postgres-server.ts';
import { RedisServer } from '../support/redis-server.ts';
import { Haproxy } from './haproxy.ts';
import { replaceUnderLoad } from './rolling-replacement.ts';

const canRun = [Haproxy, RedisServer, PostgresServer].every((server) => server.isInstalled());

describe.skipIf(!canRun)('Three gateways behind a load balancer', () => {
  // The long form is npm run rolling.
  it('are replaced under 100 streams and 50 requests a second, and lose nothing', async () => {
    const load = { streams: 100, requestsPerSecond: 50, tokens: 20 };
    const result = await replaceUnderLoad(1, load);
    expect(result.problems).toEqual([]);
    expect(result.exitCodes).toEqual([0, 0, 0]);
    for (const open of result.openAtEnds) expect(open).toBeGreaterThan(80);
    expect(result.answered).toBeGreaterThan(300);
    expect(result.rows).toEqual({ completed: result.answered });
    expect(result).toMatchObject({ calls: result.answered, billed: result.answered });
  }, 60_000);
});
