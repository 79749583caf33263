import type { RedisScript } from '../store/redis-script.ts';

/**
 * Says what was spent in a window before anybody counted it here, unless somebody has said so. What
 * an instance has told itself stands.
 *
 * KEYS: the spent of the window. ARGV: own instance, ms UTC at which the key expires, 'look' or
 * 'seed'; with 'seed' then pairs of instance and points.
 * Returns whether it was known already, and if it is now, what all and what the own instance spent.
 */
export const SEED_SCRIPT: RedisScript = {
  name: 'seedBudget',
  numberOfKeys: 1,
  lua: `
local known = redis.call('HEXISTS', KEYS[1], 'total')
if known == 0 then
  if ARGV[3] == 'look' then return {0} end
  for index = 4, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[index], ARGV[index + 1]) end
  local total = 0
  for _, points in ipairs(redis.call('HVALS', KEYS[1])) do total = total + points end
  redis.call('HSET', KEYS[1], 'total', string.format('%.0f', total))
  redis.call('PEXPIREAT', KEYS[1], ARGV[2])
end
local own = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
return {known, tonumber(redis.call('HGET', KEYS[1], 'total')), own}
`,
};
