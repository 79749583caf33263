/** Whose limit of requests was met. A closed set: it labels a metric. */
export type LimitOf =
  /** Of a client's address. */
  | 'address'
  /** Of a key. */
  | 'key'
  /** Of the line in which calls of Poe wait for their turn. */
  | 'queue'
  /** Of Poe. */
  | 'poe';

/** The four members of OpenAI's error envelope, and what HTTP needs around them. */
export interface ErrorFacts {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  /** The field of the request that is at fault, as a path: `messages[1].role`. */
  readonly param?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a 429. */
  readonly limitOf?: LimitOf | undefined;
}

/** An error that a client may see: everything in it is meant to be read by strangers. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a 429; not told to anybody. */
  readonly limitOf: LimitOf | undefined;

  constructor(facts: ErrorFacts, options?: ErrorOptions) {
    super(facts.message, options);
    this.name = 'ApiError';
    this.status = facts.status;
    this.type = facts.type;
    this.code = facts.code;
    this.param = facts.param ?? null;
    this.limitOf = facts.limitOf;
    this.headers = { ...hintForRetries(facts.status), ...facts.headers };
  }

  /** The body in OpenAI's shape, for an HTTP reply and for a frame of a stream alike. */
  toEnvelope(): { error: Record<'message' | 'type' | 'param' | 'code', string | null> } {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

/** Both official SDKs obey `x-should-retry`; without it they repeat 408, 409, 429 and 5xx. */
function hintForRetries(status: number): Record<string, string> {
  const mayHelp = status >= 500 || status === 408 || status === 409 || status === 429;
  return mayHelp ? {} : { 'x-should-retry': 'false' };
}
