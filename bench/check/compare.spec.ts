import { expect, it } from 'vitest';
import { compare } from './compare.ts';

const expected = { ratio: 2, margin: 0.25 };

it('is content with as much as was expected, and with less', () => {
  expect(compare([2, 2, 2], expected).verdict).toBe('ok');
  expect(compare([0.5, 0.5, 0.5], expected).verdict).toBe('ok');
});

it('is content within the margin, and says where it ends', () => {
  expect(compare([2.5, 2.5, 2.5], expected)).toMatchObject({ verdict: 'ok', limit: 2.5 });
});

it('finds it worse if all rounds are beyond the margin', () => {
  expect(compare([2.6, 2.9, 2.7], expected)).toMatchObject({
    verdict: 'worse',
    measured: { median: 2.7, min: 2.6, max: 2.9 },
  });
});

it('cannot tell if one round was within it', () => {
  expect(compare([2.4, 2.9, 2.7], expected).verdict).toBe('too noisy to tell');
});

it('takes a single bad round for noise', () => {
  expect(compare([2, 90, 2.1], expected).verdict).toBe('ok');
});

it('cannot tell from one round', () => {
  expect(compare([], expected).verdict).toBe('too noisy to tell');
  expect(compare([9], expected).verdict).toBe('too noisy to tell');
});
