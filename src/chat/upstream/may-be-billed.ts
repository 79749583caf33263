import type { RegisteredModel } from '../../models/registered-model.ts';
import { MAY_BE_BILLED_AFTER_MS } from './upstream-call.ts';
import type { UpstreamError } from './upstream-error.ts';

/**
 * A picture or a film whose call broke off after a while may have been made all the same: making
 * it again would be paid twice. Text is cheap enough to be asked for again.
 * @param afterMs how long the failed call took
 */
export function mayBeBilled(
  { kind, status }: UpstreamError,
  { modality }: RegisteredModel,
  afterMs: number,
): boolean {
  if (modality === 'text' || afterMs <= MAY_BE_BILLED_AFTER_MS) return false;
  // Cloudflare's 524: the origin is still at work.
  return kind === 'network' || kind === 'cut' || status === 504 || status === 524;
}
