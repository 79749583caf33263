import type { ApiError, LimitOf } from '../errors/api-error.ts';
import type { RequestTrace, TraceSpan } from './tracing/request-trace.ts';

/** How an answer ended, seen from the client. */
export type Outcome = Ended | 'paused';

/** The same of one that Poe was to give. */
export type Ended = 'completed' | 'failed' | 'abandoned';

/**
 * What is known of one request, filled in as it goes: the source of its log line, its metrics and
 * its headers. It never holds a prompt, an answer or a key. Times are ms of `performance.now()`.
 */
export class RequestFacts {
  readonly id: string;
  readonly arrivedAt = performance.now();
  /** Of its row in the ledger, if it has one. */
  ledgerId?: string;
  /** Of the trace that it is a part of, be it kept here or by its caller alone. */
  traceId?: string | undefined;
  /** Told of its parts, if traces are kept. */
  trace?: RequestTrace | undefined;
  /** The guards are at work. */
  guards?: TraceSpan | undefined;
  caller?: string;
  team?: string;
  /** Registry name of the model that was asked for. */
  asked?: string;
  /** The same of the one that answered. */
  answeredBy?: string;
  /** Of the two the one that is known last. */
  model?: string;
  stream?: boolean;
  attempts = 0;
  readonly repairs: string[] = [];
  clippedMessages = 0;
  promptTokens?: number;
  completionTokens?: number;
  points?: number;
  pointsSource?: 'history' | 'estimate';
  balance?: number;
  firstContentAt?: number;
  /** All of the answer has come from Poe. */
  answeredAt?: number;
  outcome?: Outcome;
  errorCode?: string | null;
  /** Of a 429. */
  limitOf?: LimitOf | undefined;
  /** The response was sent to its end, or its client has left. */
  isOver = false;
  /** Its client has left, but not its call of Poe, which is over when this resolves. */
  draining?: Promise<void>;
  /** As it was when the headers left; streams go on long after. */
  overheadMs?: number;
  #waitingSince: number | undefined;
  #waitedMs = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** What its client was told. */
  failWith({ code, limitOf }: ApiError): void {
    this.errorCode = code;
    this.limitOf = limitOf;
  }

  /** From here on Poe's time runs, not ours. */
  startWaiting(): void {
    this.#waitingSince ??= performance.now();
  }

  stopWaiting(): void {
    if (this.#waitingSince === undefined) return;
    this.#waitedMs += performance.now() - this.#waitingSince;
    this.#waitingSince = undefined;
  }

  /** Time since arrival that was not spent waiting for Poe. */
  measureOverhead(): number {
    const now = performance.now();
    const waiting = this.#waitingSince === undefined ? 0 : now - this.#waitingSince;
    return (this.overheadMs = now - this.arrivedAt - this.#waitedMs - waiting);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}
