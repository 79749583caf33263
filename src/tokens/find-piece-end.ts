import { Kind } from './character-kinds.ts';

const { Upper, Lower, Caseless, Mark, Number: Digit, Space, Newline, Other } = Kind;
const UPPERISH = Upper | Caseless | Mark;
const LOWERISH = Lower | Caseless | Mark;

/**
 * The end of the piece that begins at `start`: no token crosses the border of two pieces. This is
 * the rank file's pattern written by hand, its alternatives in their order. As a regular expression
 * it takes 0.3 s in one go for a megabyte of Chinese before capitals, and overflows V8's stack at a
 * few megabytes of anything caseless; this is linear, and exact for any length.
 *
 * @param kinds one per byte of `text` and a final 0, as `fillKinds` writes them
 */
export function findPieceEnd(text: Uint8Array, kinds: Uint8Array, start: number): number {
  const kind = kinds[start] ?? 0;

  // [^\r\n\p{L}\p{N}]?, then a word. (A mark may be that first character or the word's: the same.)
  const word = kind & (Space | Other) ? characterEnd(text, start) : start;
  const wordEnd = findWordEnd(kinds, word);
  if (wordEnd > word) return skipContraction(text, wordEnd);

  // \p{N}{1,3}
  if (kind & Digit) {
    let end = start;
    for (let digits = 0; digits < 3 && is(kinds, end, Digit); digits++) {
      end = characterEnd(text, end);
    }
    return end;
  }

  // ␠?[^\s\p{L}\p{N}]+[\r\n/]*
  const symbols = text[start] === SPACE ? start + 1 : start;
  if (is(kinds, symbols, Other)) {
    let end = runEnd(kinds, symbols, Other | Mark);
    while (is(kinds, end, Newline) || text[end] === SLASH) end++;
    return end;
  }

  return findBlankEnd(text, kinds, start);
}

const SPACE = 0x20;
const SLASH = 0x2f;
const APOSTROPHE = 0x27;

/**
 * `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`, or else the same with `+` and `*`
 * exchanged: capitals then small letters, where caseless ones pass for both.
 */
function findWordEnd(kinds: Uint8Array, start: number): number {
  const capitals = runEnd(kinds, start, UPPERISH);
  if (is(kinds, capitals, Lower)) return runEnd(kinds, capitals, LOWERISH);
  // The last caseless one must then do for the small letters; without any, capitals are the word.
  const end = lastEnd(kinds, start, capitals, Caseless | Mark);
  return end > start ? end : capitals;
}

/** `('s|'t|'re|'ve|'m|'ll|'d)?` in capital or small letters. */
function skipContraction(text: Uint8Array, start: number): number {
  if (text[start] !== APOSTROPHE) return start;
  const letters = String.fromCharCode(text[start + 1] ?? 0, text[start + 2] ?? 0);
  const [match] = /^(?:[stmd]|re|ve|ll)/i.exec(letters) ?? [''];
  return match === '' ? start : start + 1 + match.length;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last newline, else all but the blank before a word. */
function findBlankEnd(text: Uint8Array, kinds: Uint8Array, start: number): number {
  const end = runEnd(kinds, start, Space | Newline);
  const lines = lastEnd(kinds, start, end, Newline);
  if (lines > start) return lines;
  if (end === text.length) return end;
  let last = end - 1;
  while (isContinuation(text, last)) last--;
  return last > start ? last : end;
}

function is(kinds: Uint8Array, at: number, mask: number): boolean {
  return ((kinds[at] ?? 0) & mask) !== 0;
}

function runEnd(kinds: Uint8Array, start: number, mask: number): number {
  let end = start;
  while (is(kinds, end, mask)) end++;
  return end;
}

/** Where the last character of such a kind before `end` ends; `start` if there is none. */
function lastEnd(kinds: Uint8Array, start: number, end: number, mask: number): number {
  let last = end;
  while (last > start && !is(kinds, last - 1, mask)) last--;
  return last;
}

function characterEnd(text: Uint8Array, start: number): number {
  let end = start + 1;
  while (isContinuation(text, end)) end++;
  return end;
}

function isContinuation(text: Uint8Array, at: number): boolean {
  return ((text[at] ?? 0) & 0xc0) === 0x80;
}
