import encoding from 'js-tiktoken/ranks/o200k_base';

/** A power of two; the 200,000 tokens fill two fifths of it, so a search ends in a step or two. */
const SLOTS = 1 << 19;

/**
 * The tokens of o200k_base, found by their bytes. Flat arrays: they take 5 MB and 0.1 s to load,
 * where a Map of 200,000 keys takes 0.7 s and 200 MB.
 */
export class Vocabulary {
  /** The bytes of all tokens, one after the other, by rank. */
  private readonly bytes: Uint8Array;
  /** Token r is `bytes` from `starts[r]` to `starts[r + 1]`. */
  private readonly starts: Int32Array;
  /** Open addressing: a token's rank + 1 stands in the first free slot after its hash; 0 is free. */
  private readonly slots = new Int32Array(SLOTS);
  private readonly longest: number;

  /** @param tokens in base64, by rank */
  constructor(tokens: readonly string[]) {
    const decoded = Buffer.alloc(tokens.reduce((total, token) => total + token.length, 0));
    this.starts = new Int32Array(tokens.length + 1);
    let end = 0;
    let longest = 0;
    for (const [rank, token] of tokens.entries()) {
      const length = decoded.write(token, end, 'base64');
      let slot = hash(decoded, end, end + length);
      while (this.slots[slot] !== 0) slot = (slot + 1) % SLOTS;
      this.slots[slot] = rank + 1;
      end += length;
      this.starts[rank + 1] = end;
      longest = Math.max(longest, length);
    }
    this.bytes = new Uint8Array(decoded.subarray(0, end));
    this.longest = longest;
  }

  /** The rank of the token with exactly the bytes from `start` to `end`; -1 if there is none. */
  rankOf(text: Uint8Array, start: number, end: number): number {
    // Also bounds the cost of a look-up, however long the text.
    if (end - start > this.longest) return -1;
    let slot = hash(text, start, end);
    for (;;) {
      const rank = (this.slots[slot] ?? 0) - 1;
      if (rank === -1 || this.isToken(rank, text, start, end)) return rank;
      slot = (slot + 1) % SLOTS;
    }
  }

  private isToken(rank: number, text: Uint8Array, start: number, end: number): boolean {
    let at = this.starts[rank] ?? 0;
    if ((this.starts[rank + 1] ?? 0) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (this.bytes[at++] !== text[i]) return false;
    return true;
  }
}

/** The rank file is `! <first rank> <token> <token> …`, tokens in base64, first rank 0. */
export function loadVocabulary(): Vocabulary {
  return new Vocabulary(encoding.bpe_ranks.split(' ').slice(2));
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
