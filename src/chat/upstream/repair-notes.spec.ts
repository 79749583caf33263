import { describe, expect, it } from 'vitest';
import { noteOfChanged, notesOfDropped } from './repair-notes.ts';

const model = { parameters: ['thinking_budget'] };
const SECRET = 'text that a client chose';

describe('notesOfDropped', () => {
  it.each([
    [[], []],
    [['seed'], ['seed dropped']],
    [
      ['thinking_budget', 'user'],
      ['thinking_budget dropped', 'user dropped'],
    ],
    [['top_k'], ['1 unknown field dropped']],
    [
      ['a', 'seed', 'constructor', SECRET],
      ['seed dropped', '3 unknown fields dropped'],
    ],
  ])('%j: %j', (fields, notes) => {
    expect(notesOfDropped(fields, model)).toEqual(notes);
  });

  it('is short, however many and long the names', () => {
    const fields = Array.from({ length: 1000 }, (_, nth) => `${SECRET.repeat(1000)}${nth}`);
    expect(notesOfDropped(fields, model)).toEqual(['1000 unknown fields dropped']);
  });
});

describe('noteOfChanged', () => {
  it('names what it knows', () => {
    expect(noteOfChanged('max_tokens', 4096, model)).toBe('max_tokens set to 4096');
    expect(noteOfChanged('thinking_budget', 'low', model)).toBe('thinking_budget set to low');
  });

  it('repeats neither a strange name nor a long value', () => {
    expect(noteOfChanged(SECRET, 1, model)).toBe('1 unknown field changed');
    expect(noteOfChanged('verbosity', 'x'.repeat(1000), model)).toHaveLength(81);
  });
});
