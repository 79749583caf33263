import type { Grade, PoeEntryRow } from '../../store/schema.ts';
import type { CallUsage } from '../../usage/match-row.ts';

/** A row of Poe's ledger that is nobody's yet. */
export interface Entry extends Pick<
  PoeEntryRow,
  | 'query_id'
  | 'account'
  | 'key_name'
  | 'bot'
  | 'created_at'
  | 'points'
  | 'tokens_in'
  | 'tokens_out'
  | 'kind'
> {
  /** It had time enough to find its call. */
  readonly isOld: boolean;
}

/** A call that has no entry yet, or a request of a dead process whose calls nobody wrote down. */
export interface Claimant {
  /** Those that may have been asked, in lower case. */
  readonly bots: ReadonlySet<string>;
  /** Its entry was created from here to there, ms on Poe's clock; by the first it is in line. */
  readonly from: number;
  readonly until: number;
  /** Undefined: it broke off, and no counts tell its entry from others. */
  readonly usage: CallUsage | undefined;
  /** Whether the entry is of its account and may be of its key. */
  readonly mayOwn: (entry: Entry) => boolean;
  /** What `mayOwn` says is certain: others of the account have rows under other names. */
  readonly isNameKnown: boolean;
  /** Its own process looks for its entry no longer. */
  readonly isRipe: boolean;
}

/** A request that is under way: its calls are not on record yet. */
export interface Undecided {
  readonly bots: ReadonlySet<string>;
  readonly from: number;
}

export interface Match<C extends Claimant> {
  readonly claimant: C;
  readonly entry: Entry;
  readonly grade: Grade;
}
