export interface Taken {
  /** 0 up to what was wanted. */
  readonly count: number;
  /** When it was not all: until the next may be had. */
  readonly waitMs: number;
}

/**
 * The requests of one account in a sliding window: never more than its limit in any such time.
 * Times are ms of `performance.now()`.
 */
export interface RequestWindow {
  /** 0: there is no limit. */
  readonly limit: number;
  /** Asking for more at once is worth it up to here: round trips cost, local counting does not. */
  readonly mostAtOnce: number;
  /** Counts up to `wanted` requests as made now. Is asked again only after it has answered. */
  take(wanted: number, now: number): Taken | Promise<Taken>;
  /** Requests of this process that are in the window. */
  used(now: number): number;
}
