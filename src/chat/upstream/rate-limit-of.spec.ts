import { expect, it } from 'vitest';
import { rateLimitOf } from './rate-limit-of.ts';
import { UpstreamError } from './upstream-error.ts';

it.each([
  [429, 'Rate limit reached for requests.', 'rate_limit_exceeded', 'account'],
  [
    429,
    'Rate limit reached for gpt-4o in organization org-x on requests per min (RPM)',
    'rate_limit_exceeded',
    'provider',
  ],
  [429, 'Resource has been exhausted (e.g. check quota).', undefined, 'provider'],
  [429, 'Quota exceeded.', 'rate_limit_exceeded', 'provider'],
  [429, 'Slow down.', undefined, 'provider'],
  [503, 'Rate limit reached for requests.', 'rate_limit_exceeded', undefined],
])('%i "%s" (%s) is of the %s', (status, message, code, whose) => {
  expect(rateLimitOf(new UpstreamError({ kind: 'status', status, message, code }))).toBe(whose);
});

it('believes the count of what remains more than words', () => {
  const error = new UpstreamError({
    kind: 'status',
    status: 429,
    message: 'Quota exceeded.',
    remainingRequests: 0,
  });
  expect(rateLimitOf(error)).toBe('account');
});
