import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { GAP, shortenText } from './shorten-text.ts';

it.each([
  ['abcdef', 4, `ab${GAP}ef`],
  ['abcdef', 5, `abc${GAP}ef`],
  ['abcdef', 1, `a${GAP}`],
  ['abcdef', 0, GAP],
  ['abcdef', -7, GAP],
  ['abcdef', 4.5, `abc${GAP}ef`],
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 7, 'abcdef'],
  ['', 0, ''],
  ['a😀cde', 4, `a${GAP}de`],
  ['abc😀e', 4, `ab${GAP}e`],
  ['😀😀', 2, GAP],
  ['a\u{10000}cde', 4, `a${GAP}de`],
  ['a\u{103FF}cde', 4, `a${GAP}de`],
  ['a\uE000cde', 4, `a\uE000${GAP}de`],
])('cuts %j to %d: %j', (text, length, shorter) => {
  expect(shortenText(text, length)).toBe(shorter);
});

it('keeps beginning and end, as much as asked for, and every character whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1 }), fc.nat(), (text, seed) => {
      const length = seed % text.length;
      const [head = '', tail = '', ...more] = shortenText(text, length).split(GAP);
      expect(more).toEqual([]);
      expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      const kept = head.length + tail.length;
      expect(kept <= length && kept >= length - 2).toBe(true);
      expect(Math.abs(head.length - tail.length)).toBeLessThanOrEqual(2);
      expect((head + tail).isWellFormed()).toBe(true);
    }),
  );
});
