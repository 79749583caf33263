import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dropNulls } from './drop-nulls.ts';

it.each([
  [{ a: null, b: 1 }, { b: 1 }],
  [{ a: { b: null, c: { d: null } } }, { a: { c: {} } }],
  [{ a: [{ b: null, c: 0 }] }, { a: [{ c: 0 }] }],
  [{ a: [null, 1] }, { a: [null, 1] }],
  [
    { a: '', b: 0, c: false },
    { a: '', b: 0, c: false },
  ],
  [null, null],
  [undefined, undefined],
  ['text', 'text'],
  [[], []],
])('makes %j into %j', (value, result) => {
  expect(dropNulls(value)).toStrictEqual(result);
});

it('keeps a member named __proto__ as a member', () => {
  const result = dropNulls(JSON.parse('{"__proto__":{"content":"a"}}')) as { content?: string };
  expect(JSON.stringify(result)).toBe('{"__proto__":{"content":"a"}}');
  expect(result.content).toBeUndefined();
});

it('keeps what has no nulls, and never changes the value itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const before = JSON.stringify(value);
      const result = dropNulls(value);
      expect(JSON.stringify(value)).toBe(before);
      if (!before.includes('null')) expect(JSON.stringify(result)).toBe(before);
    }),
  );
});
