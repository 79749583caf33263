/** Each takes some 60 bytes once parsed, and all are made in one go: 0.1 s and 20 MB at the most. */
export const MOST_VALUES = 250_000;
/** What writes JSON recurses, and a thread has one stack. */
export const DEEPEST = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Which bytes outside of strings count for something: a look into a table is the fastest test. */
const COUNTS = new Uint8Array(256);
for (const byte of [QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) {
  COUNTS[byte] = 1;
}

/** Characters of a string that are looked at one by one; a search costs as much as so many. */
const NEAR = 64;

/**
 * Why a JSON text would be too much to parse, or undefined. To be asked first: a body of a few
 * megabytes may hold ten million values, for which the parser takes seconds and a gigabyte. Strings
 * are leapt over, so that pictures cost next to nothing. What is no JSON passes: the parser says so.
 */
export function exceedsStructure(json: Uint8Array): string | undefined {
  let values = 0;
  let strings = 0;
  let depth = 0;
  const { length } = json;
  for (let at = 0; at < length; at++) {
    const byte = json[at] ?? 0;
    if (COUNTS[byte] === 0) continue;
    switch (byte) {
      case QUOTE:
        strings += 1;
        // No JSON has as many: the parser stops here at the latest.
        if (strings > 2 * values + 2) return undefined;
        at = endOfString(json, at + 1);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values += 1;
        depth += 1;
        if (depth > DEEPEST) return `the body is nested deeper than ${DEEPEST} levels`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COMMA:
        values += 1;
        break;
    }
    if (values > MOST_VALUES) return `the body has more than ${MOST_VALUES} values`;
  }
  return undefined;
}

/** Where the quote is that ends the string; its end if there is none. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    // Texts with many escapes would take a search for each.
    const near = Math.min(json.length, at + NEAR);
    while (at < near) {
      if (json[at] === QUOTE) return at;
      at += json[at] === BACKSLASH ? 2 : 1;
    }
    const found = json.indexOf(QUOTE, at);
    if (found === -1) return json.length;
    if (!isEscaped(json, at, found)) return found;
    at = found + 1;
  }
}

/** `start` is the beginning of a character. */
function isEscaped(json: Uint8Array, start: number, quote: number): boolean {
  let first = quote;
  while (first > start && json[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}
