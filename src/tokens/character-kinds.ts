/**
 * What the pre-tokenizer tells apart, one bit each so that sets of kinds are masks. `Caseless` are
 * letters that are neither upper nor lower case (Chinese, Arabic, modifiers), `Mark` combining
 * marks; 0 is the end of the text.
 */
export const Kind = {
  Upper: 1,
  Lower: 2,
  Caseless: 4,
  Mark: 8,
  Number: 16,
  Space: 32,
  Newline: 64,
  Other: 128,
} as const;

/** Tried in this order. The pattern's `\s` is Unicode's: unlike JavaScript's it has no U+FEFF. */
const PROPERTIES: readonly (readonly [RegExp, number])[] = [
  [/[\r\n]/, Kind.Newline],
  [/[\p{Lu}\p{Lt}]/u, Kind.Upper],
  [/\p{Ll}/u, Kind.Lower],
  [/[\p{Lm}\p{Lo}]/u, Kind.Caseless],
  [/\p{M}/u, Kind.Mark],
  [/\p{N}/u, Kind.Number],
  [/\p{White_Space}/u, Kind.Space],
];

/** By code point; filled as characters are met, for all 1.1 million would take half a second. */
const known = new Uint8Array(0x110000);

/**
 * Writes the kind of each character of `text` that begins from `start` to `end` to all its bytes in
 * `kinds`. The text must be well-formed UTF-8.
 * @returns where the next character begins
 */
export function fillKinds(text: Uint8Array, kinds: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at < text.length) {
    let point = text[at] ?? 0;
    let next = at + 1;
    if (point >= 0x80) {
      const length = point < 0xe0 ? 2 : point < 0xf0 ? 3 : 4;
      point &= 0x7f >> length;
      while (next < at + length) point = (point << 6) | ((text[next++] ?? 0) & 0x3f);
    }
    const kind = (known[point] ||= kindOf(point));
    while (at < next) kinds[at++] = kind;
  }
  return at;
}

function kindOf(point: number): number {
  const character = String.fromCodePoint(point);
  return PROPERTIES.find(([pattern]) => pattern.test(character))?.[1] ?? Kind.Other;
}
