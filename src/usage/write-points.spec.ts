import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writePoints } from './write-points.ts';

it.each([
  [0, '0'],
  [-0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567.5, '1,234,568'],
  [-123456, '-123,456'],
])('writes %d as %s', (value, text) => {
  expect(writePoints(value)).toBe(text);
});

it('writes what Intl writes', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(writePoints(value)).toBe((value || 0).toLocaleString('en-US'));
    }),
  );
});
