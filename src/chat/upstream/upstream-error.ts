/** Where a call of Poe failed. */
export type FailureKind =
  /** An HTTP answer with an error status. */
  | 'status'
  /** An error inside an answer that began with 200. */
  | 'frame'
  /** The answer ended without saying that it was complete, or was no answer at all. */
  | 'cut'
  /** No connection, or it broke. */
  | 'network'
  /** Our own limit of waiting. */
  | 'timeout'
  /** Not even tried: the model, or Poe, failed again and again. */
  | 'open';

export interface FailureFacts {
  readonly kind: FailureKind;
  /** HTTP status, real or the nearest equivalent. */
  readonly status: number;
  /** Already free of keys and of inner request ids. */
  readonly message: string;
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Of the account's limit of rate, as the answer says. */
  readonly remainingRequests?: number | undefined;
}

/** A call of Poe failed. Internal: to-client-error.ts says what a client gets to see of it. */
export class UpstreamError extends Error {
  readonly kind: FailureKind;
  readonly status: number;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly remainingRequests: number | undefined;

  constructor(facts: FailureFacts, options?: ErrorOptions) {
    super(facts.message, options);
    this.name = 'UpstreamError';
    this.kind = facts.kind;
    this.status = facts.status;
    this.type = facts.type;
    this.code = facts.code;
    this.param = facts.param;
    this.retryAfterMs = facts.retryAfterMs;
    this.remainingRequests = facts.remainingRequests;
  }

  /** A limit of ours was over. */
  static timeout(message: string): UpstreamError {
    return new UpstreamError({ kind: 'timeout', status: 504, message });
  }

  /** An answer came to no proper end, or is none. */
  static cut(message: string, cause?: unknown): UpstreamError {
    return new UpstreamError({ kind: 'cut', status: 502, message }, { cause });
  }

  /** The trouble is the upstream's, not the request's. */
  get isTransient(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The same model may well answer a moment later; one that was silent is not waited for twice. */
  get isRetryable(): boolean {
    return this.isTransient && this.kind !== 'timeout' && this.kind !== 'open';
  }
}
