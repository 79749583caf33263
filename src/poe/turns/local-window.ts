import type { RequestWindow, Taken } from './request-window.ts';

const ONE: Taken = Object.freeze({ count: 1, waitMs: 0 });
/** Copying what is left costs as much as what is dropped: constant per request. */
const LEAST_TO_DROP = 256;

/** Counts the requests of this process, by the time of each. */
export class LocalWindow implements RequestWindow {
  readonly mostAtOnce = 1;
  readonly limit: number;
  readonly windowMs: number;
  /** Oldest first; those before `#head` are out of the window. */
  #times: number[] = [];
  #head = 0;
  #total = 0;

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** Requests ever counted. */
  get total(): number {
    return this.#total;
  }

  used(now: number): number {
    const gone = now - this.windowMs;
    const times = this.#times;
    while (this.#head < times.length && (times[this.#head] ?? 0) <= gone) this.#head += 1;
    if (this.#head >= LEAST_TO_DROP && this.#head * 2 >= times.length) {
      this.#times = times.slice(this.#head);
      this.#head = 0;
    }
    return this.#times.length - this.#head;
  }

  take(wanted: number, now: number): Taken {
    const count = Math.min(wanted, this.limit - this.used(now));
    this.record(count, now);
    if (count === 1 && wanted === 1) return ONE;
    if (count === wanted) return { count, waitMs: 0 };
    // A wait of nothing would be asked for again and again.
    const oldest = this.#times[this.#head] ?? now;
    return { count, waitMs: Math.max(1, oldest + this.windowMs - now) };
  }

  /** Counts requests that were allowed elsewhere. */
  record(count: number, now: number): void {
    for (let left = count; left > 0; left--) this.#times.push(now);
    this.#total += count;
  }

  /** How long ago the requests in the window were, in ms; the oldest first. */
  ages(now: number): number[] {
    const used = this.used(now);
    return this.#times.slice(this.#times.length - used).map((time) => now - time);
  }
}
