import type { RedisScript } from '../../store/redis-script.ts';

/**
 * Counts requests in a sorted set, one member each, scored by the server's clock in microseconds:
 * the replicas' own clocks need not agree. Members are numbered by their owner, so that counting
 * one again, because an answer was lost or the server was, changes nothing.
 *
 * KEYS: the set. ARGV: window in µs, limit, wanted, owner, number of the first request wanted; then
 * the ages, in µs, of the owner's requests before it, which the server may not know.
 * Returns how many may be made, and the ms until the next if that is not all.
 */
export const TAKE_SCRIPT: RedisScript = {
  name: 'take',
  numberOfKeys: 1,
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, limit, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local owner, first, told = ARGV[4], tonumber(ARGV[5]), #ARGV - 5
local function whole(number) return string.format('%.0f', number) end
local function add(number, at)
  redis.call('ZADD', KEYS[1], whole(at), owner .. ':' .. whole(number))
end
for i = 1, told do add(first - told + i - 1, now - ARGV[5 + i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - window))
local used = redis.call('ZCARD', KEYS[1])
local count = math.max(0, math.min(wanted, limit - used))
for i = 0, count - 1 do add(first + i, now) end
if count + told > 0 then redis.call('PEXPIRE', KEYS[1], whole(math.ceil(window / 1000))) end
if count == wanted then return {count, 0} end
local rank = used + count - limit
local due = redis.call('ZRANGE', KEYS[1], rank, rank, 'WITHSCORES')[2] + window - now
return {count, math.ceil(math.max(1000, math.min(window, due)) / 1000)}
`,
};
