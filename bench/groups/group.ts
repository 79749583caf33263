import type { Driver } from '../process/start-driver.ts';
import type { Running } from '../process/start-contestant.ts';
import type { Upstream } from '../process/start-upstream.ts';

/** What a measurement works with. */
export interface Bench {
  readonly driver: Driver;
  readonly upstream: Upstream;
  readonly contestant: Running;
  /** Shorter windows: for a first look, and for checks. */
  readonly isShort: boolean;
}

/** Values by name of figure. */
export type Values = Record<string, number>;

/** The contestant did not do what it was measured for: then there is no figure. */
export class Failing extends Error {}
