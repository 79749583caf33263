import { expect, it } from 'vitest';
import { showNumber } from './show-number.ts';

it.each([
  [12_345.6, '12,346'],
  [123.4, '123'],
  [12.34, '12.3'],
  [1.234, '1.23'],
  [0.1234, '0.12'],
  [0, '0.00'],
  [-27.83, '-27.8'],
])('shows %d as %s', (value, text) => {
  expect(showNumber(value)).toBe(text);
});
