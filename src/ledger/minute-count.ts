/** Requests or tokens of two adjoining minutes. */
export interface MinuteCount {
  readonly current: number;
  readonly previous: number;
  /** Of the current minute, ms. */
  readonly elapsed: number;
}

export const MINUTE_MS = 60_000;

/**
 * The last 60 seconds, as far as two counters tell: of the minute before, the part that is not yet
 * 60 seconds old, as if it had come evenly.
 */
export function usedOf({ current, previous, elapsed }: MinuteCount): number {
  return current + previous * (1 - elapsed / MINUTE_MS);
}

/** ms until there is room for `amount` if nobody else comes; undefined: there never is. */
export function waitForRoom(count: MinuteCount, limit: number, amount: number): number | undefined {
  if (amount > limit) return undefined;
  const { current, previous, elapsed } = count;
  if (usedOf(count) + amount <= limit) return 0;
  const left = MINUTE_MS - elapsed;
  // The share of an ended minute that leaves room.
  const share = (used: number, room: number) => 1 - Math.min(1, room / used);
  if (current + amount <= limit) {
    return Math.ceil(share(previous, limit - amount - current) * MINUTE_MS - elapsed);
  }
  return Math.ceil(left + share(current, limit - amount) * MINUTE_MS);
}
