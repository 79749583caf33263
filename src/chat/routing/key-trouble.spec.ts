import { expect, it } from 'vitest';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { keyTrouble } from './key-trouble.ts';

it.each([
  [401, undefined, 'unauthorized'],
  [402, undefined, 'no_points'],
  [429, 'rate_limit_exceeded', 'rate_limited'],
  [429, undefined, undefined],
  [403, undefined, undefined],
  [500, undefined, undefined],
])('%i (%s) means %s', (status, code, trouble) => {
  const error = new UpstreamError({ kind: 'status', status, code, message: 'No.' });
  expect(keyTrouble(error)).toBe(trouble);
});
