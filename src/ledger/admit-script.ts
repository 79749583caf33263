import type { RedisScript } from '../store/redis-script.ts';

export const ADMITTED = 0;
export const REFUSED = 1;
/** The lease of the incarnation is over, or Redis lost its data: what it holds has to be told anew. */
export const UNTOLD = 2;
/** Nobody has said yet what was spent in a window. */
export const UNKNOWN = 3;

/**
 * Holds points in several windows and counts several rates, or does nothing at all.
 *
 * Held points are those of incarnations whose lease, by the server's clock, is not over; others'
 * are forgotten here. An incarnation whose lease is over stays dead: it is taken off the list.
 *
 * KEYS: the leases; for each line the spent and the held of its window (twice the same where nothing
 * is spent); for each rate its counts. ARGV: incarnation, number of lines; for each line whether it
 * spends (1, 0), limit, amount, ms UTC at which its keys expire; for each rate limit and amount.
 * Returns one of the above, the number of living incarnations, the number of the line or, after all
 * lines, of the rate that refuses, and the minute; for each line what is spent and what is held; for
 * each rate its counts of this minute and the last, and the ms of this minute.
 */
export const ADMIT_SCRIPT: RedisScript = {
  name: 'admitToBudgets',
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local minute, elapsed = math.floor(now / 60000), now % 60000
local me, lines = ARGV[1], tonumber(ARGV[2])
local rates = #KEYS - 1 - 2 * lines
local function whole(number) return string.format('%.0f', number) end
local live, count = {}, 0
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. whole(now), '+inf')) do
  live[name] = true
  count = count + 1
end
if not live[me] then
  redis.call('ZREM', KEYS[1], me)
  return {${UNTOLD}, count}
end
local answer, isUnknown = {${ADMITTED}, count, 0, minute}, false
local function refuse(number)
  if answer[1] == ${ADMITTED} then answer[1], answer[3] = ${REFUSED}, number end
end
for line = 1, lines do
  local spentKey, heldKey, at = KEYS[2 * line], KEYS[2 * line + 1], 4 * line - 1
  local limit, amount = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local spent = 0
  if ARGV[at] == '1' then
    local total = redis.call('HGET', spentKey, 'total')
    if not total then isUnknown = true end
    spent = tonumber(total or 0)
  end
  local held, fields = 0, redis.call('HGETALL', heldKey)
  for index = 1, #fields, 2 do
    if live[fields[index]] then
      held = held + fields[index + 1]
    else
      redis.call('HDEL', heldKey, fields[index])
    end
  end
  answer[#answer + 1] = spent
  answer[#answer + 1] = held
  if amount > 0 and spent + held + amount > limit then refuse(line) end
end
local counts = {}
for rate = 1, rates do
  local key, at = KEYS[1 + 2 * lines + rate], 1 + 4 * lines + 2 * rate
  local limit, amount = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local known = redis.call('HMGET', key, 'minute', 'current', 'previous')
  local age, current, previous = minute - (known[1] or 0), 0, 0
  if age <= 0 then
    current, previous = tonumber(known[2]), tonumber(known[3])
  elseif age == 1 then
    previous = tonumber(known[2])
  end
  counts[rate] = {key, current + amount, previous}
  answer[#answer + 1] = current
  answer[#answer + 1] = previous
  answer[#answer + 1] = elapsed
  if current + previous * (1 - elapsed / 60000) + amount > limit then refuse(lines + rate) end
end
if isUnknown then answer[1] = ${UNKNOWN} end
if answer[1] ~= ${ADMITTED} then return answer end
for line = 1, lines do
  local heldKey, at = KEYS[2 * line + 1], 4 * line - 1
  local amount = tonumber(ARGV[at + 2])
  if redis.call('HINCRBY', heldKey, me, whole(amount)) == amount then
    redis.call('PEXPIREAT', heldKey, ARGV[at + 3])
  end
end
for _, count in ipairs(counts) do
  redis.call('HSET', count[1], 'minute', minute, 'current', whole(count[2]), 'previous', whole(count[3]))
  redis.call('PEXPIRE', count[1], 120000)
end
return answer
`,
};
