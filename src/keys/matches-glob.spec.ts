import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './matches-glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['*', 'GPT-4.1', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['GPT-4.1', 'GPT-4.1', true],
    ['gpt-4.1', 'GPT-4.1', true],
    ['GPT-4.1', 'gpt-4.1', true],
    ['GPT-4.1', 'GPT-4.1-mini', false],
    ['GPT-4.1', 'GPT-4x1', false],
    ['GPT-*', 'GPT-4.1-mini', true],
    ['GPT-*', 'Old-GPT-4', false],
    ['*-mini', 'GPT-4.1-mini', true],
    ['*-mini', 'GPT-4.1-mini-high', false],
    ['*4*mini', 'GPT-4.1-mini', true],
    ['Claude-?-5', 'Claude-4-5', true],
    ['Claude-?-5', 'Claude--5', false],
    ['a*b', 'ab', true],
    ['a**b', 'axb', true],
    ['[a-z]+', 'abc', false],
    ['*aab', 'aaab', true],
  ])('%j of %j: %s', (glob, text, matches) => {
    expect(matchesGlob(glob, text)).toBe(matches);
  });

  it('agrees with a regular expression on everything', () => {
    const some = (characters: string) => fc.string({ unit: fc.constantFrom(...characters) });
    fc.assert(
      fc.property(some('abA*?.'), some('abAB.*'), (glob, text) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesGlob(glob, text)).toBe(new RegExp(`^${source}$`, 'i').test(text));
      }),
      { numRuns: 1000 },
    );
  });
});
