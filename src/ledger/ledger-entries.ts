import type { Caller } from '../keys/caller.ts';
import type { CallRow, Grade, RequestRow } from '../store/schema.ts';

/** A request that is about to be made of Poe. */
export interface OpenEntry {
  readonly id: string;
  readonly caller: Caller;
  /** As the client named it. */
  readonly model: string;
  readonly stream: boolean;
  /** ms UTC; as its budgets have it. */
  readonly openedAt: number;
  /** Points that it is expected to cost. */
  readonly held: number;
}

/** What a request cost, as far as it is known; whole points. */
export interface Bill {
  readonly points: number;
  /** Of its least certain call. */
  readonly grade: Grade;
  /** Of the last of Poe's entries that are its own. */
  readonly queryId: string | null;
  /** Those that Poe may have billed. */
  readonly calls: readonly CallRow[];
}

/** How a request ended. */
export interface Ending extends Pick<
  RequestRow,
  | 'model_used'
  | 'http_status'
  | 'tokens_in'
  | 'tokens_cached'
  | 'tokens_out'
  | 'tokens_reasoning'
  | 'held'
  | 'attempts'
  | 'first_token_ms'
  | 'duration_ms'
> {
  readonly status: 'completed' | 'failed' | 'abandoned';
}
