import type { RegisteredModel } from '../../models/registered-model.ts';
import type { PoeKey } from '../../config/config.ts';
import type { CallUsage } from '../../usage/match-row.ts';

/** A call that breaks later than this may have reached a model, and then it is billed. */
export const MAY_BE_BILLED_AFTER_MS = 2000;

/** What is known of one call of Poe; several may be made for one answer. ms since 1970, our clock. */
export interface UpstreamCall {
  readonly model: RegisteredModel;
  /** Its account pays. */
  readonly key: PoeKey;
  readonly sentAt: number;
  /** It left the queue for a connection: Poe may be at work. */
  wasSent?: boolean;
  respondedAt?: number;
  status?: number;
  /** There was no connection, or it broke at once before any answer: no model was asked. */
  failedAtOnce?: boolean;
  /** Poe's clock minus ours, ms. */
  clockOffsetMs: number;
  usage?: CallUsage;
  /** Of the tokens in, those that Poe had cached. */
  cachedTokens?: number;
  /** Its entry on Poe's ledger was first looked for then; ms of `performance.now()`. */
  soughtSince?: number;
  /** UTF-16 units of text that came, for an estimate where the usage did not. */
  contentLength: number;
  /** Poe's own id of the call, for its support. */
  requestId?: string;
}
