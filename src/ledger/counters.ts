import type { Tally } from './tally.ts';

/** Points to hold in one window, or one stream of a key. */
export interface Line {
  readonly tally: Tally;
  readonly limit: number;
  /** What is not above 0 is given back and never refused. */
  readonly amount: number;
}

/** Requests or tokens of a key in a minute. */
export interface RateLine {
  readonly kind: 'requests' | 'tokens';
  readonly keyId: string;
  readonly limit: number;
  readonly amount: number;
  /** Minutes since 1970 by whoever counted it, once it is admitted. */
  minute?: number;
}

/** Why a request may not go on. */
export type Refusal =
  | { readonly line: Line; readonly spent: number; readonly held: number }
  /** `waitMs`: until there is room, if there ever is. */
  | { readonly rate: RateLine; readonly used: number; readonly waitMs: number | undefined };

/** The store is lost, and without it nothing is to be spent (STORE_DOWN=refuse). */
export class StoreDown extends Error {
  constructor(options?: ErrorOptions) {
    super('the store that budgets are counted in does not answer', options);
    this.name = 'StoreDown';
  }
}

/** Counts what is held, spent and asked for a minute; alone, or together with other instances. */
export abstract class Counters {
  /** Called with each tally whose total has changed. */
  onSpent: (tally: Tally) => void = () => undefined;

  /**
   * All of it or nothing. `now`: ms UTC.
   * @throws StoreDown, also as the promise's
   */
  abstract admit(
    lines: readonly Line[],
    rates: readonly RateLine[],
    now: number,
  ): Refusal | undefined | Promise<Refusal | undefined>;

  /** Gives back what was held. Never waits, never fails. */
  abstract release(tally: Tally, amount: number): void;

  /** Books what was spent; below 0 to correct. Never waits, never fails. */
  abstract book(tally: Tally, points: number): void;

  /** The same for a request that this instance did not serve, in a window it may not know. */
  abstract bookForeign(tally: Tally, points: number): void;

  /** A request took so much more or less than it was counted with. Never waits, never fails. */
  abstract adjust(rate: RateLine, delta: number): void;

  /** Whether nobody has done this before, in the whole deployment. */
  abstract claim(tally: Tally, what: string): boolean | Promise<boolean>;

  /** Nothing is counted any more. Never fails. */
  abstract close(): Promise<void>;
}
