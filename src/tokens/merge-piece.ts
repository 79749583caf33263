import { MinHeap } from './min-heap.ts';
import type { Vocabulary } from './vocabulary.ts';

/** About 4 ms of work between two pauses. */
const STEPS_BETWEEN_PAUSES = 8192;

/** Packs a rank and a position into one number that sorts by rank, then from left to right. */
const POSITIONS = 2 ** 32;

/**
 * Byte-pair encoding: of all neighbours whose joint bytes are a token, those of the lowest rank are
 * merged first (the leftmost of equals), until none are left. A linked list and a heap make that
 * O(n log n); searching anew after each merge takes a minute for 30 KB of one letter.
 *
 * Pauses (yields) every few milliseconds.
 * @returns how many tokens the bytes from `start` to `end` are
 */
export function* mergePiece(
  vocabulary: Vocabulary,
  text: Uint8Array,
  start: number,
  end: number,
): Generator<void, number> {
  const length = end - start;
  // A part is known by its first byte's position; these name its neighbours.
  const next = new Int32Array(length);
  const previous = new Int32Array(length + 1);
  /** The rank of a part joined with its next one, -1 if none: tells stale heap entries apart. */
  const ranks = new Int32Array(length);
  // A merge takes one entry out and puts at most two in, and there are at most `length` of them.
  const heap = new MinHeap(2 * length);
  let parts = length;
  let steps = 0;

  const offer = (part: number): void => {
    const neighbour = next[part] ?? length;
    const rank =
      neighbour < length
        ? vocabulary.rankOf(text, start + part, start + (next[neighbour] ?? length))
        : -1;
    ranks[part] = rank;
    if (rank !== -1) heap.push(rank * POSITIONS + part);
  };

  for (let part = 0; part <= length; part++) {
    next[part] = part + 1;
    previous[part] = part - 1;
    if (++steps % STEPS_BETWEEN_PAUSES === 0) yield;
  }
  for (let part = 0; part < length; part++) {
    offer(part);
    if (++steps % STEPS_BETWEEN_PAUSES === 0) yield;
  }
  while (heap.size > 0) {
    if (++steps % STEPS_BETWEEN_PAUSES === 0) yield;
    const first = heap.pop();
    const rank = Math.floor(first / POSITIONS);
    const part = first - rank * POSITIONS;
    if (ranks[part] !== rank) continue;
    const merged = next[part] ?? length;
    const after = next[merged] ?? length;
    next[part] = after;
    previous[after] = part;
    ranks[merged] = -1;
    parts--;
    offer(part);
    if (part > 0) offer(previous[part] ?? 0);
  }
  return parts;
}
