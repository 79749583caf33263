import type { ErrorBody } from '../errors/error-body.ts';
import type { LedgerKnob } from '../ledger/book-call.ts';

/** When a stub reply applies; otherwise the call goes on as `ok`. */
export type Condition =
  | 'always'
  | 'max-tokens-above-limit'
  | 'upper-case-model'
  | 'param-present'
  | 'effort-not-medium'
  | 'optional-field-present';

/** An answer that no model had a part in. */
export interface StubReply {
  readonly status: number;
  readonly body: ErrorBody | { readonly html: string };
  readonly appliesWhen?: Condition;
  /** Sends `Retry-After` with the parameter `after`, or this many seconds. */
  readonly retryAfterSeconds?: number;
  /** Overridden by the parameter `first`. */
  readonly delayMs?: number;
}

/** How a complete answer is laid out in chunks and bytes. */
export type Framing =
  | 'usage-on-finish-chunk'
  | 'tool-call-with-finish'
  | 'missing-tool-index'
  | 'role-in-first-content'
  | 'without-usage'
  | 'malformed-frame'
  | 'crlf'
  | 'comments'
  | 'byte-by-byte'
  | 'one-write';

/** Where an answer stops short, and by what. */
export interface Ending {
  readonly where: 'before-headers' | 'before-content' | 'mid-answer' | 'mid-frame' | 'after-finish';
  /** `destroy` closes the socket, `reset` sends RST, `end` is clean, `hang` leaves all open. */
  readonly how: 'destroy' | 'reset' | 'end' | 'hang' | 'error-data' | 'error-event';
  /** For `before-content`: whether the chunk with the role was sent. */
  readonly withRole?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** One line, for the table in the README. */
  readonly description: string;
  readonly stub?: StubReply;
  /** What the model says differently. */
  readonly answer?: 'reasoning' | 'empty';
  readonly framing?: Framing;
  readonly ending?: Ending;
  readonly ledger?: LedgerKnob;
}
