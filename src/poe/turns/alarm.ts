/** One timer for many dates: it rings at the earliest, and may ring for nothing. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at `at`, ms of `performance.now()`, or before; Infinity for never. */
  set(at: number, now: number): void {
    if (at === Infinity) this.clear();
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#at = Infinity;
        this.#timer = undefined;
        this.#ring();
      },
      Math.max(0, Math.ceil(at - now)),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }
}
