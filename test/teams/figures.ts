import type { Redis } from 'ioredis';
import { LEASES_KEY } from '../../src/ledger/redis-keys.ts';
import type { Deployment } from './deployment.ts';

/** What Poe billed, visible on its ledger or not yet. */
export function billOf({ sandbox }: Pick<Deployment, 'sandbox'>): number {
  return sandbox.ledger.reduce((sum, { cost_points }) => sum + cost_points, 0);
}

export interface Books {
  /** Rows of requests, by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Points: of requests, and of what others had of the account. */
  readonly booked: number;
  readonly external: number;
  /** Entries of Poe's ledger: that were read, and of those that are nobody's yet. */
  readonly entries: number;
  readonly pending: number;
}

export async function booksOf({
  database: { kysely },
}: Pick<Deployment, 'database'>): Promise<Books> {
  const requests = await kysely.selectFrom('requests').select(['status', 'points']).execute();
  const entries = await kysely.selectFrom('poe_entries').select(['kind', 'points']).execute();
  const sum = (rows: readonly { points: number }[]) =>
    rows.reduce((total, { points }) => total + points, 0);
  const external = entries.filter(({ kind }) => kind === 'external');
  return {
    statuses: countBy(requests.map(({ status }) => status)),
    booked: sum(requests),
    external: sum(external),
    entries: entries.length,
    pending: entries.filter(({ kind }) => kind === 'pending').length,
  };
}

/** All budgets together at one moment. */
const SNAPSHOT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local spent, held, stale = 0, 0, 0
for _, key in ipairs(redis.call('KEYS', '*:spent:*')) do
  spent = spent + (redis.call('HGET', key, 'total') or 0)
end
for _, key in ipairs(redis.call('KEYS', '*:held:*')) do
  local fields = redis.call('HGETALL', key)
  for index = 1, #fields, 2 do
    local ends = redis.call('ZSCORE', '${LEASES_KEY}', fields[index])
    if ends and tonumber(ends) > now then
      held = held + fields[index + 1]
    else
      stale = stale + fields[index + 1]
    end
  end
end
return {spent, held, stale}`;

interface Used {
  readonly spent: number;
  readonly held: number;
  /** In the name of those whose lease is over; counts for nobody. */
  readonly stale: number;
}

export async function budgetsIn(redis: Redis): Promise<Used> {
  const [spent = 0, held = 0, stale = 0] = (await redis.eval(SNAPSHOT, 0)) as number[];
  return { spent, held, stale };
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
