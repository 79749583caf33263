import { expect, it } from 'vitest';
import { quantile, ratios, spreadOf } from './statistics.ts';

it('takes the middle of an odd number of values, whatever their order', () => {
  expect(spreadOf([30, 1, 200])).toEqual({ median: 30, min: 1, max: 200 });
});

it('takes the mean of the two in the middle of an even number', () => {
  expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
});

it('sorts numbers as numbers', () => {
  expect(quantile([9, 10, 100], 0)).toBe(9);
});

it('finds the value below which 99 in 100 lie', () => {
  const values = Array.from({ length: 101 }, (_, value) => value);
  expect(quantile(values, 0.99)).toBe(99);
});

it('leaves its input as it is', () => {
  const values = [3, 1, 2];
  spreadOf(values);
  expect(values).toEqual([3, 1, 2]);
});

it('has no median of nothing', () => {
  expect(() => spreadOf([])).toThrow('no values');
});

it('divides round by round and leaves out rounds that one of the two lacks', () => {
  expect(ratios([2, undefined, 9, 8], [4, 5, undefined, 2])).toEqual([0.5, 4]);
});
