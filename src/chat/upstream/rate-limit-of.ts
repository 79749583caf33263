import type { UpstreamError } from './upstream-error.ts';

/**
 * Words of providers, which Poe passes on. Recorded: `Resource has been exhausted (e.g. check
 * quota).` of Google's quota; OpenAI names its organization and what the limit counts.
 */
const PROVIDER = /quota|exhaust|capacity|overloaded|provider|organization|tokens per|deployment/i;

/**
 * Whose limit a 429 is about: that of the Poe account, which all its calls share, or the model
 * provider's own, which says nothing about other models. Undefined for any other failure.
 */
export function rateLimitOf({
  status,
  code,
  message,
  remainingRequests,
}: UpstreamError): 'account' | 'provider' | undefined {
  if (status !== 429) return undefined;
  if (remainingRequests === 0) return 'account';
  if (PROVIDER.test(message)) return 'provider';
  return code === 'rate_limit_exceeded' ? 'account' : 'provider';
}
