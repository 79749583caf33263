import type { Redis } from 'ioredis';
import { LEASES_KEY } from '../../src/ledger/redis-keys.ts';

/** Points and streams that are held by whoever has a lease, in all windows together. */
export async function heldInRedis(redis: Redis): Promise<number> {
  const live = await redis.zrange(LEASES_KEY, '0', '-1');
  let sum = 0;
  for (const key of await redis.keys('*:held:*')) {
    for (const [incarnation, points] of Object.entries(await redis.hgetall(key))) {
      if (live.includes(incarnation)) sum += Number(points);
    }
  }
  return sum;
}
