import type { UpstreamError } from '../upstream/upstream-error.ts';

/** Why another model is asked; a closed set: it labels a metric. */
export function fallbackReason({ kind, status }: UpstreamError): string {
  if (kind !== 'status' && kind !== 'frame') return kind;
  if (status === 429) return 'throttled';
  if (status === 404) return 'unknown_model';
  return status >= 500 || status === 408 ? 'failed' : 'context_overflow';
}
