import { expect, it } from 'vitest';
import { mostOutput } from './most-output.ts';

it.each([
  [{}, Infinity],
  [{ max_tokens: 5 }, 5],
  [{ max_completion_tokens: 5 }, 5],
  [{ max_tokens: 1, max_completion_tokens: 30_000 }, 30_000],
  [{ max_tokens: 30_000, max_completion_tokens: 1 }, 30_000],
  [{ max_tokens: 7, max_completion_tokens: null }, 7],
  [{ max_tokens: 0, max_completion_tokens: -1 }, Infinity],
  [{ max_tokens: '5', max_completion_tokens: [] }, Infinity],
])('of %j: %d', (body, most) => {
  expect(mostOutput(body)).toBe(most);
});
