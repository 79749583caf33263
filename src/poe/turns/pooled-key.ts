import type { PoeKey } from '../../config/config.ts';
import type { PoeAccount } from '../poe-accounts.ts';
import type { RequestWindow } from './request-window.ts';

/** Times are ms of `performance.now()`. */
export interface PooledAccount {
  readonly account: PoeAccount;
  readonly window: RequestWindow;
  /** Requests that the window has counted and nobody has got yet. */
  inHand: number;
  fullUntil: number;
  rateLimitedUntil: number;
  withoutPointsUntil: number;
}

export interface PooledKey {
  readonly key: PoeKey;
  readonly account: PooledAccount;
  asideUntil: number;
  /** How long it was set aside the last time. */
  asideMs: number;
  refusedAt: number;
  /** Grows with each turn that is given, whatever the key. */
  givenAs: number;
}

/** Nobody has to wait for the account itself, as far as is known. */
export function isOpen({ fullUntil, rateLimitedUntil }: PooledAccount, now: number): boolean {
  return fullUntil <= now && rateLimitedUntil <= now;
}

/** Poe refused it lately, for what it is or for want of points. */
export function isAside({ asideUntil, account }: PooledKey, now: number): boolean {
  return asideUntil > now || account.withoutPointsUntil > now;
}
