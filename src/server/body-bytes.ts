/** Ordinary conversations: they find room even while others hold all of it with slow uploads. */
const SMALL_BYTES = 64 * 1024;
/** The largest body is read in any case, if others hold no more than that. */
const NEXT_TO_NOTHING = 1024 * 1024;
/**
 * Of the heap. A body is there as a text, as what was parsed from it and as what is sent to Poe, and
 * one letter beyond Latin-1 makes two bytes of each of its letters: measured, a second body of 22 MB
 * was too much for 256 MB.
 */
const SHARE = 1 / 16;

/** What one request holds, until it is over. */
export interface BodyHold {
  /** More of its body has come; false when there is no room for it. */
  take(bytes: number): boolean;
  release(): void;
}

/**
 * The bytes of the bodies of all requests that are under way. Without a bound to them a handful of
 * uploads that are never finished, or of answers that are slow to come, takes all memory. What
 * counts is what has come: a length that is only promised costs its sender nothing.
 */
export class BodyBytes {
  #held = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param heapLimit bytes */
  static for(heapLimit: number): BodyBytes {
    return new BodyBytes(heapLimit * SHARE);
  }

  get held(): number {
    return this.#held;
  }

  /** @param bytes that a body announces; NaN: not known */
  hasRoomFor(bytes: number): boolean {
    return this.#fits(bytes || 0, this.#held);
  }

  hold(): BodyHold {
    let own = 0;
    return {
      take: (bytes) => {
        own += bytes;
        this.#held += bytes;
        return this.#fits(own, this.#held - own);
      },
      release: () => {
        this.#held -= own;
        own = 0;
      },
    };
  }

  #fits(own: number, others: number): boolean {
    return own <= SMALL_BYTES || others <= NEXT_TO_NOTHING || own + others <= this.#most;
  }
}
