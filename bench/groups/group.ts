import type { Running } from '../process/start-contestant.ts';
import type { Driver } from '../process/start-driver.ts';
import type { Upstream } from '../process/start-upstream.ts';

/** What a measurement works with: a contestant that was started for it. */
export interface Bench {
  readonly driver: Driver;
  readonly upstream: Upstream;
  readonly contestant: Running;
  /** Fewer steps and shorter windows. */
  readonly isShort: boolean;
  /** Windows are so many times as long as usual; warm-ups are what they have to be. */
  readonly scale: number;
}

/** By id of figure. */
export type Values = Readonly<Record<string, number>>;

/** What is measured together, of one process. */
export interface Group {
  readonly name: string;
  /** Needs to see the process, not only what its clients see. */
  readonly needsProcess: boolean;
  /** Contestants it is for; all if undefined. */
  readonly only?: readonly string[];
  measure(bench: Bench): Promise<Values>;
}

/** The contestant did not do what it was measured for, so that there is no figure. */
export class Failing extends Error {}
