/** What gets its next frame when its turn comes. */
export interface Paced {
  next(): void;
}

/**
 * Lets every member have its turn so many times a second. One timer serves all, and turns are
 * spread evenly over the period: no bursts that a contestant could serve in one go.
 */
export class Pacer {
  readonly #slots: Set<Paced>[];
  readonly #slotOf = new Map<Paced, Set<Paced>>();
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + 1;
  #slot = 0;
  #joined = 0;

  /** @param perSecond at most 1,000, a divisor of it */
  constructor(perSecond: number) {
    this.#slots = Array.from({ length: Math.round(1000 / perSecond) }, () => new Set());
    this.#timer = setInterval(() => {
      this.#turn();
    }, 1);
  }

  get members(): Iterable<Paced> {
    return this.#slotOf.keys();
  }

  join(member: Paced): void {
    const slot = this.#slots[this.#joined++ % this.#slots.length];
    slot?.add(member);
    if (slot) this.#slotOf.set(member, slot);
  }

  leave(member: Paced): void {
    this.#slotOf.get(member)?.delete(member);
    this.#slotOf.delete(member);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const now = performance.now();
    // Nobody gets two turns at once: what a stall of this process left out is not made up for.
    this.#due = Math.max(this.#due, now - this.#slots.length + 1);
    for (; this.#due <= now; this.#due += 1) {
      const slot = this.#slots[this.#slot++ % this.#slots.length];
      for (const member of slot ?? []) member.next();
    }
  }
}
