import type { SetAsideReason } from '../../poe/turns/set-aside.ts';
import { rateLimitOf } from '../upstream/rate-limit-of.ts';
import type { UpstreamError } from '../upstream/upstream-error.ts';

/** What a failed call says about the key that it was made with; undefined: nothing. */
export function keyTrouble(error: UpstreamError): SetAsideReason | undefined {
  if (error.status === 401) return 'unauthorized';
  if (error.status === 402) return 'no_points';
  return rateLimitOf(error) === 'account' ? 'rate_limited' : undefined;
}
