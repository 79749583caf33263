import type { RedisScript } from '../store/redis-script.ts';

/**
 * Corrects the count of a rate in the minute it was counted in, while it still matters.
 * KEYS: the counts. ARGV: minute, change.
 */
export const ADJUST_SCRIPT: RedisScript = {
  name: 'adjustRate',
  numberOfKeys: 1,
  lua: `
local age = (tonumber(redis.call('HGET', KEYS[1], 'minute')) or -1) - ARGV[1]
local field = age == 0 and 'current' or age == 1 and 'previous'
if field then
  local count = math.max(0, redis.call('HGET', KEYS[1], field) + ARGV[2])
  redis.call('HSET', KEYS[1], field, string.format('%.0f', count))
end
return 0
`,
};
