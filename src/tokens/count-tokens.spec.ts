import encoding from 'js-tiktoken/ranks/o200k_base';
import fc from 'fast-check';
import { get_encoding } from 'tiktoken';
import { afterAll, describe, expect, it } from 'vitest';
import { countTokens } from './count-tokens.ts';
import { loadVocabulary } from './vocabulary.ts';

const oracle = get_encoding('o200k_base');
const vocabulary = loadVocabulary();

afterAll(() => {
  oracle.free();
});

function countAll(texts: readonly string[]): { counts: number[]; pauses: number } {
  const work = countTokens(vocabulary, texts);
  for (let pauses = 0; ; pauses++) {
    const step = work.next();
    if (step.done === true) return { counts: step.value, pauses };
  }
}

const count = (text: string): number => countAll([text]).counts[0] ?? NaN;

/**
 * Letters and marks new in Unicode 17, which Node 24 knows and tiktoken's build does not: it takes
 * them for symbols, so that counts may differ by one where such a character stands.
 */
const NEWER_THAN_ORACLE = new RegExp(
  `[${`88f c5c cdc 1acf-1add 1ae0-1aeb a7ce-a7d4 a7f1 10940-10959 10ec5-10ec7 10efa-10efb
  11b60-11b67 11db0-11de9 16ea0-16ed3 16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1e6c0-1e6ff
  2b73a-2b73f 2cea2-2cead 323b0-33479`
    .replaceAll(/[\da-f]+/g, '\\u{$&}')
    .replaceAll(/\s/g, '')}]`,
  'gu',
);

const charactersOf = (text: string, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(text)), maxLength: most });

const between = (first: number, last: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.integer({ min: first, max: last }).map((point) => String.fromCodePoint(point)),
  });

const runs = fc
  .tuple(
    fc.constantFrom(' ', '\n', 'a', 'A', 'Aa', '7', '!', '=', '中', '😀', 'e\u0301', '\t ', "'"),
    fc.integer({ min: 1, max: 1500 }),
  )
  .map(([unit, times]) => unit.repeat(times));

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      // Any UTF-16, lone surrogates included.
      fc.string({ unit: fc.integer({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      between(0x4e00, 0x9fff),
      between(0x0400, 0x04ff),
      between(0x0590, 0x06ff),
      between(0xac00, 0xd7a3),
      fc.constantFrom('👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '👍🏽', 'ﬃ', 'ǅungla', 'Ａｂｃ', '１２３'),
      charactersOf('aeiou\u0300\u0301\u0308\u20dd', 12),
      charactersOf(' \t\n\r\f\u00a0\u0085\u2028\u3000\ufeff', 12),
      charactersOf('0123456789٣५.,', 12),
      charactersOf('<>{}()[];:=+-*/\\"\'#_ \n', 20),
      fc.constantFrom("I'm", "WE'LL", "they'Ve", "it's", "o'clock", "'Re", "don't"),
      fc.constantFrom('const x = (a) => a?.b ?? 1;\n', '  if (!ok) {\r\n    return;\r\n  }\n\n'),
      fc.constantFrom('<|endoftext|>', '<|im_start|>', 'The quick brown fox jumps', 'Straße', ''),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

describe('countTokens', () => {
  it('equals tiktoken on 3,000 texts of all sorts', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: anyText }, runs), (raw) => {
        const text = raw.replace(NEWER_THAN_ORACLE, '?');
        expect(count(text)).toBe(oracle.encode_ordinary(text).length);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['nothing', '', 0],
    ['a token', ' the', 1],
    ['what looks like a special token', '<|endoftext|>', 7],
    ['a lone surrogate, as U+FFFD', 'a\ud800b', count('a\ufffdb')],
  ])('counts %s', (_, text, tokens) => {
    expect(count(text)).toBe(tokens);
    expect(oracle.encode_ordinary(text)).toHaveLength(tokens);
  });

  it('counts each text for itself', () => {
    expect(countAll(['a', '', 'b b']).counts).toEqual([1, 0, 2]);
  });

  // tiktoken itself would need hours for these, but each is its beginning over and over again.
  it.each([
    ['letters', 'a'],
    ['capitals', 'A'],
    ['mixed case', 'Aa'],
    ['spaces', ' '],
    ['newlines', '\n'],
    ['blank lines', ' \n'],
    ['digits', '7'],
    ['punctuation', '!'],
    ['Chinese', '中'],
    ['more Chinese', '中文字漢'],
    ['emoji', '😀'],
    ['families', '👨‍👩‍👧‍👦'],
    ['combining marks', '\u0301'],
    ['letters with marks', 'e\u0301'],
  ])('counts a megabyte of %s', { timeout: 60_000 }, (_, unit) => {
    const beginning = unit.repeat(768);
    const times = Math.floor(2 ** 20 / beginning.length);
    const { counts, pauses } = countAll([beginning.repeat(times)]);
    expect(counts).toEqual([oracle.encode_ordinary(beginning).length * times]);
    expect(pauses).toBeGreaterThan(100);
  });

  it('pauses in many small texts as in one big one', () => {
    expect(countAll(Array<string>(1000).fill('a few small words')).pauses).toBe(1);
    expect(countAll(['a few small words '.repeat(1000)]).pauses).toBe(2);
  });

  it('pauses within one long word', () => {
    expect(countAll(['a'.repeat(65_536)])).toEqual({ counts: [8192], pauses: 37 });
  });
});

it('was written for this pattern of the rank file', () => {
  // If js-tiktoken changes it, find-piece-end.ts must follow.
  expect(encoding.pat_str).toBe(
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+('s|'S|'t|'T|'re|'rE|'Re|'RE|'ve|'vE|'Ve|'VE|'m|'M|'ll|'lL|'Ll|'LL|'d|'D)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*('s|'S|'t|'T|'re|'rE|'Re|'RE|'ve|'vE|'Ve|'VE|'m|'M|'ll|'lL|'Ll|'LL|'d|'D)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  );
});
