/** How long one call may take, ms. */
export interface CallTimes {
  /** For all of it. */
  readonly wholeMs: number;
  /** To the first content; 0 is without a limit. */
  readonly firstTokenMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
  /** The call has been told to pause: its silence is not its own. */
  readonly isHeldBack: () => boolean;
}

/** Watches the clock for one call, from now until `clear`. */
export class CallTimers {
  readonly #times: CallTimes;
  readonly #onTimeout: (message: string) => void;
  readonly #whole: NodeJS.Timeout;
  #first: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Ms of `performance.now()`. */
  #lastChunkAt = 0;

  /** `onTimeout` is told what was too slow. */
  constructor(times: CallTimes, onTimeout: (message: string) => void) {
    this.#times = times;
    this.#onTimeout = onTimeout;
    const { wholeMs, firstTokenMs } = times;
    this.#whole = setTimeout(
      () => {
        onTimeout('Poe did not finish its answer in the time that the request has.');
      },
      Math.max(0, wholeMs),
    );
    if (firstTokenMs > 0) {
      this.#first = setTimeout(() => {
        onTimeout(`Poe did not begin its answer within ${firstTokenMs / 1000} s.`);
      }, firstTokenMs);
    }
  }

  /** A chunk came, the last that is due or one that others follow. */
  chunk(isLast: boolean): void {
    if (this.#first) clearTimeout(this.#first);
    this.#first = undefined;
    // To note the time is cheap, to move a timer with every chunk is not.
    this.#lastChunkAt = performance.now();
    if (isLast) clearTimeout(this.#idle);
    else this.#idle ??= setTimeout(this.#silence, this.#times.idleMs);
  }

  clear(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#first);
    clearTimeout(this.#idle);
  }

  readonly #silence = (): void => {
    const { idleMs, isHeldBack } = this.#times;
    const dueInMs = this.#lastChunkAt + idleMs - performance.now();
    // Timers may fire a fraction of a millisecond early.
    if (dueInMs > 1) this.#idle = setTimeout(this.#silence, dueInMs);
    else if (isHeldBack()) this.#idle?.refresh();
    else this.#onTimeout(`Poe was silent for ${idleMs / 1000} s in the middle of its answer.`);
  };
}
