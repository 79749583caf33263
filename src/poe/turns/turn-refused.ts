/** A closed set: it labels a metric. */
export type RefusalReason =
  /** It waited as long as may be. */
  | 'timeout'
  /** As many wait as may wait. */
  | 'queue_full';

/** What there was none left of. */
export type TurnLack =
  /** Requests a minute of the account. */
  | 'requests'
  /** Calls at a time. */
  | 'calls'
  /** Calls at a time of this caller. */
  | 'calls_of_caller';

/** There is no turn for this call. */
export class TurnRefused extends Error {
  readonly reason: RefusalReason;
  readonly lack: TurnLack;
  /** When one is likely. */
  readonly retryAfterMs: number;

  constructor(reason: RefusalReason, lack: TurnLack, retryAfterMs: number) {
    super(`no turn to call Poe: ${reason}, for want of ${lack}`);
    this.name = 'TurnRefused';
    this.reason = reason;
    this.lack = lack;
    this.retryAfterMs = retryAfterMs;
  }
}
