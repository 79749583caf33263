/** Ordinary conversations: they find room even while others hold all of it with slow uploads. */
const SMALL_BYTES = 64 * 1024;
const LEAST_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of all request bodies that are being received or parsed. Without a bound to them a
 * handful of uploads that are never finished takes all memory. What counts is what has come: a
 * length that is only promised costs its sender nothing.
 */
export class BodyBytes {
  #held = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param bodyLimit bytes of the largest body, of which two must find room in any case */
  static for(bodyLimit: number): BodyBytes {
    return new BodyBytes(Math.max(LEAST_BYTES, 2 * bodyLimit));
  }

  get held(): number {
    return this.#held;
  }

  /** @param bytes what of a body has come, or is announced; NaN: not known */
  hasRoomFor(bytes: number): boolean {
    return bytes <= SMALL_BYTES || this.#held < this.#most;
  }

  take(bytes: number): void {
    this.#held += bytes;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}
