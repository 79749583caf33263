import type { RegisteredModel } from '../../models/registered-model.ts';
import { isContextOverflow, isModerated } from '../upstream/is-repairable.ts';
import { mayBeBilled } from '../upstream/may-be-billed.ts';
import type { UpstreamError } from '../upstream/upstream-error.ts';

/**
 * Whether `other` may be asked what `model` did not answer. Only the upstream's own trouble is a
 * reason: what is wrong with the request would be wrong elsewhere, and what was refused for its
 * content is not to be taken to somebody more lenient.
 * @param afterMs how long the failed call took
 */
export function mayFallBack(
  error: UpstreamError,
  model: RegisteredModel,
  other: RegisteredModel,
  afterMs: number,
): boolean {
  if (isContextOverflow(error)) {
    return (other.contextCap ?? Infinity) > (model.contextCap ?? Infinity);
  }
  if (isModerated(error)) return false;
  // Unknown to Poe, though models.yaml names it.
  if (error.status === 404) return true;
  return error.isTransient && !mayBeBilled(error, model, afterMs);
}
