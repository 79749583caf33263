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
  caller?: string;
  team?: string;
  /** Registry name. */
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
  outcome?: Outcome;
  errorCode?: string | null;
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
