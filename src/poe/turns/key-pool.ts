import type { PoeKey } from '../../config/config.ts';
import type { PoeAccount } from '../poe-accounts.ts';
import { isAside, isOpen, type PooledAccount, type PooledKey } from './pooled-key.ts';
import type { RequestWindow, Taken } from './request-window.ts';
import { setAside, type SetAsideReason } from './set-aside.ts';

const MINUTE_MS = 60_000;
/** Behind accounts that are known to have points, before those that are known to have none. */
const POINTS_IF_UNKNOWN = 1;

/** Which key the next call gets: accounts by what is left to spend, keys of one in rotation. */
export class KeyPool {
  readonly accounts: readonly PooledAccount[];
  readonly #keys: readonly PooledKey[];
  #given = 0;

  constructor(accounts: readonly PoeAccount[], windowOf: (account: string) => RequestWindow) {
    this.accounts = accounts.map((account) => ({
      account,
      window: windowOf(account.name),
      inHand: 0,
      fullUntil: 0,
      rateLimitedUntil: 0,
      withoutPointsUntil: 0,
    }));
    const fresh = { asideUntil: 0, asideMs: 0, refusedAt: -Infinity, givenAs: 0 };
    this.#keys = this.accounts.flatMap((account) =>
      account.account.keys.map((key) => ({ key, account, ...fresh })),
    );
  }

  /**
   * Undefined: none at present. Keys that Poe refused are given only when there are no others at
   * all: then its own answer says more than one of ours. `inHand`: an account whose window has
   * counted the call already.
   */
  pick(
    without: ReadonlySet<PoeKey> | undefined,
    now: number,
    inHand?: PooledAccount,
  ): PooledKey | undefined {
    let best: PooledKey | undefined;
    let refused: PooledKey | undefined;
    let isAnyGood = false;
    for (const one of this.#keys) {
      if (without?.has(one.key)) continue;
      const { account } = one;
      const mayGo = inHand
        ? account === inHand && account.rateLimitedUntil <= now
        : isOpen(account, now);
      if (isAside(one, now)) {
        if (mayGo && (!refused || one.refusedAt < refused.refusedAt)) refused = one;
      } else {
        isAnyGood = true;
        if (mayGo && (!best || isBetter(one, best))) best = one;
      }
    }
    return isAnyGood ? best : refused;
  }

  given(one: PooledKey): void {
    one.givenAs = ++this.#given;
  }

  /** Notes what the account's window answered. */
  took(account: PooledAccount, { count, waitMs }: Taken, wanted: number, now: number): void {
    account.inHand += count;
    if (count < wanted) account.fullUntil = now + waitMs;
  }

  setAside(key: PoeKey, why: SetAsideReason, now: number, retryAfterMs?: number): void {
    const one = this.#keys.find((pooled) => pooled.key === key);
    if (one) setAside(one, why, now, retryAfterMs);
  }

  /** Whether a key in good standing that is none of these could be given at once. */
  hasOther(without: ReadonlySet<PoeKey>, now: number): boolean {
    return this.#keys.some(
      (one) => !without.has(one.key) && !isAside(one, now) && hasRoom(one.account, now),
    );
  }

  keysAside(now: number): PooledKey[] {
    return this.#keys.filter((one) => isAside(one, now));
  }

  /** When the next account opens, or the next key comes back; Infinity if all of them are here. */
  nextChange(now: number): number {
    let next = Infinity;
    for (const { account, asideUntil } of this.#keys) {
      const { fullUntil, rateLimitedUntil, withoutPointsUntil } = account;
      for (const at of [fullUntil, rateLimitedUntil, withoutPointsUntil, asideUntil]) {
        if (at > now && at < next) next = at;
      }
    }
    return next;
  }

  /** Until `ahead` others have had their turn, as far as requests a minute decide it. */
  likelyWaitMs(ahead: number, now: number): number {
    const opensAt = this.accounts.map((one) => Math.max(one.fullUntil, one.rateLimitedUntil, now));
    const perMinute = this.accounts.reduce((sum, { window }) => sum + window.limit, 0);
    const behindMs = perMinute === 0 ? 0 : (ahead * MINUTE_MS) / perMinute;
    return Math.min(...opensAt) - now + behindMs;
  }

  state(now: number) {
    return this.accounts.map((account) => ({
      name: account.account.name,
      /** In the last minute, by this process. */
      requests: account.window.used(now),
      isRateLimited: account.rateLimitedUntil > now,
      keysSetAside: this.keysAside(now)
        .filter((one) => one.account === account)
        .map(({ key }) => key.name),
    }));
  }
}

function hasRoom(account: PooledAccount, now: number): boolean {
  const { window } = account;
  return isOpen(account, now) && (window.limit === 0 || window.used(now) < window.limit);
}

function isBetter(one: PooledKey, other: PooledKey): boolean {
  const points = one.account.account.pointsLeft ?? POINTS_IF_UNKNOWN;
  const otherPoints = other.account.account.pointsLeft ?? POINTS_IF_UNKNOWN;
  return points === otherPoints ? one.givenAs < other.givenAs : points > otherPoints;
}
