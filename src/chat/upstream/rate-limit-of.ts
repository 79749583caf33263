import type { UpstreamError } from './upstream-error.ts';

/** Recorded: `Resource has been exhausted (e.g. check quota).` of Google's quota. */
const PROVIDER = /quota|exhaust|capacity|overloaded|provider/i;

/**
 * Whose limit a 429 is about: that of the Poe account, which all its calls share, or the model
 * provider's own, which says nothing about other models. Undefined for any other failure.
 */
export function rateLimitOf({
  status,
  code,
  message,
}: UpstreamError): 'account' | 'provider' | undefined {
  if (status !== 429) return undefined;
  if (PROVIDER.test(message)) return 'provider';
  const isAccount = code === 'rate_limit_exceeded' || /rate limit|requests per/i.test(message);
  return isAccount ? 'account' : 'provider';
}
