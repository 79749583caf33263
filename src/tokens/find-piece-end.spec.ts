import encoding from 'js-tiktoken/ranks/o200k_base';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillKinds } from './character-kinds.ts';
import { findPieceEnd } from './find-piece-end.ts';

/** The pattern as tiktoken reads it: its `\s` is Unicode's White_Space, JavaScript's is not. */
const pattern = new RegExp(
  encoding.pat_str.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'),
  'gu',
);

function piecesOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const kinds = new Uint8Array(bytes.length + 1);
  fillKinds(bytes, kinds, 0, bytes.length);
  const pieces: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = findPieceEnd(bytes, kinds, at);
    pieces.push(bytes.toString('utf8', at, end));
    at = end;
  }
  return pieces;
}

it.each([
  ["I'm sure they'LL go", ["I'm", ' sure', " they'LL", ' go']],
  [
    "I'd THEY'VE you're it's Can't 'Round",
    ["I'd", " THEY'VE", " you're", " it's", " Can't", " '", 'Round'],
  ],
  ['HTTPServer getURL', ['HTTPServer', ' get', 'URL']],
  ['a  b   \n\n  c', ['a', ' ', ' b', '   \n\n', ' ', ' c']],
  ['12345', ['123', '45']],
  ['x); //\n/y', ['x', ');', ' //\n/', 'y']],
  ['trailing  ', ['trailing', '  ']],
  ['中文ABC', ['中文', 'ABC']],
])('splits %j', (text, pieces) => {
  expect(piecesOf(text)).toEqual(pieces);
});

it('splits as the pattern does', () => {
  const everyKind = fc.constantFrom(
    ...Array.from("aZǅʰ中\u0301\u20dd7٣１ \t\n\r\u0085\u00a0\u3000\u2028\ufeff!/'-😀𝐀𝟙"),
    ...["'s", "'Ll", "'re", "'T", '  ', '\r\n'],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(everyKind, { maxLength: 12 }).map((characters) => characters.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        expect(piecesOf(text)).toEqual(text.match(pattern) ?? []);
      },
    ),
    { numRuns: 10_000 },
  );
});
