/** Of the newest sample: five samples or so decide. */
const WEIGHT = 0.2;
/** In limits. One sample weighs 4 × 0.2 = 0.8 limits at most: no single pause is ever enough. */
const MOST_PER_SAMPLE = 4;

/**
 * Whether an event loop is too late to take on more. What counts is an exponential average: a
 * garbage collection or one large body passes unnoticed, a loop that is behind turn after turn
 * does not. It takes half the limit to be well again, so that it does not flutter.
 */
export class EventLoopDelay {
  readonly #limitMs: number;
  #averageMs = 0;
  #isHigh = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get averageMs(): number {
    return this.#averageMs;
  }

  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** How late a timer has fired. */
  add(lateMs: number): void {
    const sample = Math.min(Math.max(lateMs, 0), MOST_PER_SAMPLE * this.#limitMs);
    this.#averageMs += WEIGHT * (sample - this.#averageMs);
    if (this.#averageMs > this.#limitMs) this.#isHigh = true;
    else if (this.#averageMs < this.#limitMs / 2) this.#isHigh = false;
  }
}
