import { createHash } from 'node:crypto';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz';

export type Purpose = readonly (string | number)[];

/**
 * Values that depend on the seed and on what they are for, never on how many were drawn before:
 * concurrent calls get the same values whatever order their timers fire in.
 */
export class SeededRandom {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** At most 64 characters. */
  hex(length: number, ...purpose: Purpose): string {
    return this.#digest(purpose).toString('hex').slice(0, length);
  }

  /** At most 32 characters. */
  base36(length: number, ...purpose: Purpose): string {
    return this.#text(BASE36, length, purpose);
  }

  /** At most 32 characters. */
  base62(length: number, ...purpose: Purpose): string {
    return this.#text(BASE62, length, purpose);
  }

  uuid(...purpose: Purpose): string {
    const hex = this.hex(32, ...purpose);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** Both ends included. */
  integer(minimum: number, maximum: number, ...purpose: Purpose): number {
    const span = Math.max(0, maximum - minimum) + 1;
    return minimum + (this.#digest(purpose).readUIntBE(0, 6) % span);
  }

  #text(alphabet: string, length: number, purpose: Purpose): string {
    const bytes = this.#digest(purpose).subarray(0, length);
    return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
  }

  #digest(purpose: Purpose): Buffer {
    return createHash('sha256')
      .update([this.#seed, ...purpose].join('\u0000'))
      .digest();
  }
}
