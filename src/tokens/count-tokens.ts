import { fillKinds } from './character-kinds.ts';
import { findPieceEnd } from './find-piece-end.ts';
import { mergePiece } from './merge-piece.ts';
import type { Vocabulary } from './vocabulary.ts';

/** At most 8 ms of work between two pauses, mostly under 1. */
const BYTES_BETWEEN_PAUSES = 16 * 1024;

/**
 * Counts the tokens of each text, as tiktoken's `encode_ordinary` does: what looks like a special
 * token is plain text, a lone surrogate counts as U+FFFD. Pauses (yields) every few milliseconds.
 */
export function* countTokens(
  vocabulary: Vocabulary,
  texts: readonly string[],
): Generator<void, number[]> {
  const encoder = new TextEncoder();
  const counts: number[] = [];
  let sincePause = 0;
  for (const text of texts) {
    const bytes = encoder.encode(text);
    const kinds = new Uint8Array(bytes.length + 1);
    for (let at = 0; at < bytes.length;) {
      at = fillKinds(bytes, kinds, at, at + BYTES_BETWEEN_PAUSES);
      if (at < bytes.length) yield;
    }
    let count = 0;
    for (let at = 0; at < bytes.length;) {
      const end = findPieceEnd(bytes, kinds, at);
      // Most pieces are a token as they stand; merging would find the same, slowly.
      const isToken = vocabulary.rankOf(bytes, at, end) !== -1;
      count += isToken ? 1 : yield* mergePiece(vocabulary, bytes, at, end);
      sincePause += end - at;
      at = end;
      if (sincePause >= BYTES_BETWEEN_PAUSES) {
        sincePause = 0;
        yield;
      }
    }
    counts.push(count);
  }
  return counts;
}
