import { describe, expect, it } from 'vitest';
import { toPage } from './page.ts';
import { readCursor } from './read-cursor.ts';

const rows = [
  { at: 1, id: 'a' },
  { at: 1, id: 'ß' },
  { at: 2, id: 'c' },
];
const page = (limit: number) =>
  toPage(
    rows.slice(0, limit + 1),
    limit,
    ({ at, id }) => [at, id],
    ({ id }) => id,
  );

describe('a page of a list', () => {
  it('ends with what the next one begins after', () => {
    const { data, next } = page(2);
    expect(data).toEqual(['a', 'ß']);
    expect(readCursor({ limit: 2, after: next ?? '' }, 'number', 'string')).toEqual([1, 'ß']);
  });

  it.each([3, 4])('is the last one when no more than %i were there', (limit) => {
    expect(page(limit)).toEqual({ data: ['a', 'ß', 'c'], next: null });
  });

  it('is the first one without "after"', () => {
    expect(readCursor({ limit: 1, after: undefined }, 'string')).toBeUndefined();
  });

  it.each([
    '',
    'x',
    '%',
    '{}',
    '[1]',
    '["a"]',
    '[1,2]',
    '[1,"a",1]',
    '[1.5,"a"]',
    '[1e99,"a"]',
    '[1,"\\u0000"]',
  ])('does not begin after %s', (json) => {
    const after = Buffer.from(json).toString('base64url');
    expect(() => readCursor({ limit: 1, after }, 'number', 'string')).toThrow('had in "next"');
  });
});
