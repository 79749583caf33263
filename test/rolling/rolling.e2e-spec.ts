import { describe, expect, it } from 'vitest';
import { PostgresServer } from '../support/postgres-server.ts';
import { RedisServer } from '../support/redis-server.ts';
import { Haproxy } from './haproxy.ts';
import { replaceUnderLoad } from './rolling-replacement.ts';

const canRun = [Haproxy, RedisServer, PostgresServer].every((server) => server.isInstalled());

/** Of replacements; the gate has one, with short streams. */
const rounds = Number(process.env.ROLLING_ROUNDS ?? '1');

describe.skipIf(!canRun)('Three gateways behind a load balancer', () => {
  // The long form is npm run rolling.
  it(
    'are replaced under 100 streams and 50 requests a second, and lose nothing',
    async () => {
      const load = { streams: 100, requestsPerSecond: 50, tokens: rounds > 1 ? 100 : 20 };
      const result = await replaceUnderLoad(rounds, load);
      expect(result.problems).toEqual([]);
      expect(result.exitCodes).toEqual(Array.from({ length: rounds * 3 }, () => 0));
      // Some are between two of their streams.
      for (const open of result.openAtEnds) expect(open).toBeGreaterThan(50);
      expect(result.answered).toBeGreaterThan(300);
      expect(result.rows).toEqual({ completed: result.answered });
      expect(result).toMatchObject({ calls: result.answered, billed: result.answered });
      if (rounds > 1)
        console.log(`${result.answered} answers, ${result.exitCodes.length} gateways replaced`);
    },
    180_000 * rounds,
  );
});
