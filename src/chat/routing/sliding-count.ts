const SLOTS = 12;

/** Counts what happened within the last `windowMs`, to a twelfth of it, in constant memory. */
export class SlidingCount {
  readonly #slotMs: number;
  readonly #counts = new Array<number>(SLOTS).fill(0);
  #newest = 0;
  #total = 0;

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** `now` in ms; it never goes back. */
  add(now: number): void {
    this.#advance(now);
    const slot = this.#newest % SLOTS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    this.#total += 1;
  }

  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  #advance(now: number): void {
    const newest = Math.floor(now / this.#slotMs);
    if (newest - this.#newest >= SLOTS) this.clear();
    else {
      for (let slot = this.#newest + 1; slot <= newest; slot++) {
        this.#total -= this.#counts[slot % SLOTS] ?? 0;
        this.#counts[slot % SLOTS] = 0;
      }
    }
    this.#newest = newest;
  }
}
