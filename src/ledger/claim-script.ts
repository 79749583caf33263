import type { RedisScript } from '../store/redis-script.ts';

/**
 * Whether nobody has done something about a window before. KEYS: what was done about it. ARGV: what,
 * ms UTC at which the key expires.
 */
export const CLAIM_SCRIPT: RedisScript = {
  name: 'claimForBudget',
  numberOfKeys: 1,
  lua: `
local isFirst = redis.call('HSETNX', KEYS[1], ARGV[1], 1)
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
return isFirst
`,
};
