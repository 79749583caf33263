/** A closed set: it labels a metric. */
export type RefusalReason =
  /** It waited as long as may be. */
  | 'timeout'
  /** As many wait as may wait. */
  | 'queue_full';

/** There is no turn for this call. */
export class TurnRefused extends Error {
  readonly reason: RefusalReason;
  /** When one is likely. */
  readonly retryAfterMs: number;

  constructor(reason: RefusalReason, retryAfterMs: number) {
    super(`no turn to call Poe: ${reason}`);
    this.name = 'TurnRefused';
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}
