export interface RateLimitState {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly resetSeconds: number;
  /** Until there is a token again. */
  readonly retryAfterSeconds: number;
}

const MS_PER_MINUTE = 60_000;

/**
 * A bucket that refills all the time. It explains what was observed: 499 remaining and a reset in
 * 1 s on every call, even on calls a second apart.
 */
export class RateLimiter {
  readonly #perMinute: number;
  #tokens: number;
  #refilledAt: number | undefined;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#tokens = perMinute;
  }

  /** `now` in milliseconds. */
  take(now: number): RateLimitState {
    this.#refill(now);
    const isAllowed = this.#tokens >= 1;
    if (isAllowed) this.#tokens -= 1;
    return {
      isAllowed,
      limit: this.#perMinute,
      remaining: Math.floor(this.#tokens),
      resetSeconds: this.#secondsUntil(this.#perMinute),
      retryAfterSeconds: this.#secondsUntil(1),
    };
  }

  reset(): void {
    this.#tokens = this.#perMinute;
  }

  #refill(now: number): void {
    const elapsed = Math.max(0, now - (this.#refilledAt ?? now));
    this.#refilledAt = now;
    const refill = (elapsed / MS_PER_MINUTE) * this.#perMinute;
    this.#tokens = Math.min(this.#perMinute, this.#tokens + refill);
  }

  #secondsUntil(tokens: number): number {
    const missing = Math.max(0, tokens - this.#tokens);
    return Math.ceil((missing / this.#perMinute) * 60);
  }
}
