import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const NAMES = ['GPT-4.1', 'GPT-4.1-mini', 'Claude-Sonnet-4.6', 'Imagen-4'];

describe('nearestName', () => {
  it.each([
    ['GPT-4.1', 'GPT-4.1'],
    ['gpt-4.1', 'GPT-4.1'],
    ['gpt4.1', 'GPT-4.1'],
    ['gpt-4.1-nini', 'GPT-4.1-mini'],
    ['claude-sonnet-4-6', 'Claude-Sonnet-4.6'],
    ['sonnet-4.6', undefined],
    ['claude', undefined],
    ['xyz', undefined],
    ['', undefined],
  ])('for %j is %j', (wanted, expected) => {
    expect(nearestName(wanted, NAMES)).toBe(expected);
  });

  it('is none where there are no names', () => {
    expect(nearestName('GPT-4.1', [])).toBeUndefined();
  });

  it('is the first of those that are as near', () => {
    expect(nearestName('model-1', ['model-2', 'model-3'])).toBe('model-2');
  });

  it('looks at the beginning of a name that a stranger made long', () => {
    const long = 'GPT-4.1'.padEnd(1_000_000, 'x');
    expect(nearestName(long, NAMES)).toBeUndefined();
    expect(nearestName(long, ['gpt-4.1'.padEnd(64, 'x')])).toBeDefined();
  });
});
