import type { Budget } from './budget.ts';

/**
 * What this instance knows of one window of a budget, in points; or of the streams of a key, which
 * are held and never spent. It is the authority on its own figures, whatever becomes of the store.
 */
export class Tally {
  /** By running requests of this instance. */
  held = 0;
  /** Booked by this instance. */
  spent = 0;
  /** The part of `spent` that the store is known to have. */
  told = 0;
  /** Booked by all other instances, as far as is known. */
  others = 0;
  /** Held by all other instances, when it was last heard of. */
  heldByOthers = 0;
  /** Whether it is known what was booked before this instance came. */
  isSeeded: boolean;
  /** Corrections that came before that was known. */
  early = 0;
  /** Change of `held` that the store was not sent yet. */
  unsent = 0;
  /** Percent of the last threshold that was passed. */
  passed = 0;

  constructor(
    /** In the store; unlike that of any other. */
    readonly name: string,
    /** As it was when it was last asked for; undefined: streams. */
    public budget: Budget | undefined,
    /** ms UTC */
    readonly start: number,
    readonly end: number,
  ) {
    this.isSeeded = budget === undefined;
  }

  /** Spent by all, as far as is known. */
  get total(): number {
    return this.others + this.spent;
  }
}
