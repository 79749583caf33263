import type { RedisScript } from '../store/redis-script.ts';
import { ADMITTED, UNTOLD } from './admit-script.ts';

/**
 * An instance says what it spent and holds, and lives on for the length of its lease. What it spent
 * is always told as the sum of all it ever booked in the window: told twice or late, it is the same.
 *
 * KEYS: the leases; then the spent and the held of each window (twice the same where nothing is
 * spent). ARGV: instance, its incarnation, the one before it, lease in ms, and 'begin' or 'renew':
 * with 'begin' what is held is said in full and the incarnation before is forgotten, with 'renew' it
 * is a change. Then for each window whether it is to be told what was spent (1, 0), held, spent, and
 * ms UTC at which its keys expire.
 * Returns whether the lease was told or is over, the number of living incarnations, and for each
 * window what all have spent, -1 if nobody has said yet what it began with.
 */
export const TELL_SCRIPT: RedisScript = {
  name: 'tellBudgets',
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local instance, me, before, begins = ARGV[1], ARGV[2], ARGV[3], ARGV[5] == 'begin'
local function whole(number) return string.format('%.0f', number) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now))
if begins then
  redis.call('ZREM', KEYS[1], before)
elseif not redis.call('ZSCORE', KEYS[1], me) then
  return {${UNTOLD}, redis.call('ZCARD', KEYS[1])}
end
redis.call('ZADD', KEYS[1], whole(now + ARGV[4]), me)
local answer = {${ADMITTED}, redis.call('ZCARD', KEYS[1])}
for window = 1, (#KEYS - 1) / 2 do
  local spentKey, heldKey, at = KEYS[2 * window], KEYS[2 * window + 1], 4 * window + 2
  local held, spent, expiresAt = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), ARGV[at + 3]
  local total = -1
  if ARGV[at] == '1' then
    local known = redis.call('HGET', spentKey, 'total')
    local change = spent - (redis.call('HGET', spentKey, instance) or 0)
    if change ~= 0 then redis.call('HSET', spentKey, instance, whole(spent)) end
    if known then
      total = known + change
      if change ~= 0 then redis.call('HSET', spentKey, 'total', whole(total)) end
    end
    redis.call('PEXPIREAT', spentKey, expiresAt)
  end
  if begins then
    if held ~= 0 then redis.call('HSET', heldKey, me, whole(held)) end
  elseif held ~= 0 then
    redis.call('HINCRBY', heldKey, me, whole(held))
  end
  redis.call('PEXPIREAT', heldKey, expiresAt)
  answer[#answer + 1] = total
end
return answer
`,
};
