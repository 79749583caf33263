import type { PooledAccount, PooledKey } from './pooled-key.ts';

const MINUTE_MS = 60_000;
const FIRST_MS = 5 * MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;
const WITHOUT_POINTS_MS = MINUTE_MS;
const RATE_LIMITED_MS = 1000;
/** Poe counts by the minute; a longer Retry-After is not about that. */
const LONGEST_RATE_LIMITED_MS = MINUTE_MS;

/** The answers of Poe that are about the key: 401, 402, and a 429 for the account's own limit. */
export type SetAsideReason = 'unauthorized' | 'no_points' | 'rate_limited';

/** Notes that Poe refused a call with this key: it, or its account, is left alone for a while. */
export function setAside(
  one: PooledKey,
  why: SetAsideReason,
  now: number,
  retryAfterMs = RATE_LIMITED_MS,
): void {
  const { account } = one;
  if (why === 'unauthorized') {
    setKeyAside(one, now);
  } else if (why === 'no_points') {
    one.refusedAt = now;
    account.withoutPointsUntil = now + WITHOUT_POINTS_MS;
  } else {
    limitRate(account, now + Math.min(retryAfterMs, LONGEST_RATE_LIMITED_MS));
  }
}

/**
 * A call with this key was accepted. What it says about refusals is old where there were others
 * after it had begun; the two numbers are as they were then.
 */
export function takeBack(one: PooledKey, refusedAt: number, withoutPointsUntil: number): void {
  const { account } = one;
  if (account.withoutPointsUntil === withoutPointsUntil) account.withoutPointsUntil = 0;
  if (one.refusedAt !== refusedAt) return;
  one.asideUntil = 0;
  one.asideMs = 0;
}

/** Longer each time that it comes back and is refused again soon. */
function setKeyAside(one: PooledKey, now: number): void {
  const isSoon = now - one.refusedAt < 2 * one.asideMs;
  one.refusedAt = now;
  // Calls that were under way, or there is no other key: this is no news.
  if (one.asideUntil > now) return;
  one.asideMs = isSoon ? Math.min(2 * one.asideMs, LONGEST_MS) : FIRST_MS;
  one.asideUntil = now + one.asideMs;
}

function limitRate(account: PooledAccount, until: number): void {
  account.rateLimitedUntil = Math.max(account.rateLimitedUntil, until);
}
