import { expect, it } from 'vitest';
import { estimatePoints } from './estimate-points.ts';

const POINTS_PER_DOLLAR = 1 / 0.00003;
/** From US dollars for a million tokens, exact ones. */
const price = (dollarsIn: number, dollarsOut: number, perMessage = 0) => ({
  perMessage,
  per1kIn: (dollarsIn / 1000) * POINTS_PER_DOLLAR,
  per1kOut: (dollarsOut / 1000) * POINTS_PER_DOLLAR,
});

it.each([
  ['Haiku 8369/4', price(0.85, 4.25), 8369, 4, 239],
  ['gpt-5.4-mini 7661/5', price(0.675, 4.05), 7661, 5, 174],
])('agrees with the recorded bill of %s', (_, listed, tokensIn, tokensOut, points) => {
  expect(estimatePoints(listed, tokensIn, tokensOut)).toBe(points);
});

it.each([
  ['nothing', price(1, 1), 0, 0, 0],
  ['a token each way: a point a line', price(0.85, 4.25), 1, 1, 2],
  ['a flat price, whatever the length', price(0, 0, 130), 5000, 5000, 130],
  ['a base and tokens', { perMessage: 226, per1kIn: 60, per1kOut: 60 }, 1000, 500, 316],
  ['whole points, not a point for an error of rounding', price(0.3, 0.3), 1000, 1000, 20],
])('is for %s', (_, listed, tokensIn, tokensOut, points) => {
  expect(estimatePoints(listed, tokensIn, tokensOut)).toBe(points);
});
