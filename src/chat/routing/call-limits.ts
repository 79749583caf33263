import type { PoeConfig } from '../../config/config.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';

/** How long one call of Poe is waited for, ms; 0 is without a limit. */
export interface CallLimits {
  readonly connectMs: number;
  /** For the headers of a stream. */
  readonly headersMs: number;
  /** For an answer that comes whole: its headers come with it. */
  readonly answerMs: number;
  /** For the first content. */
  readonly firstTokenMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
}

/**
 * A model's own limits, else those of the environment. Without a fallback nothing is won by
 * leaving a text model that thinks, so neither its first token nor a whole answer has a limit then,
 * but that of the whole request.
 * @param shareMs of the request's time that is this model's, if another one shall have some of it
 */
export function callLimits(
  { modality, timeouts }: RegisteredModel,
  config: PoeConfig,
  hasFallback: boolean,
  shareMs: number,
): CallLimits {
  const isReplaceable = modality === 'text' && hasFallback;
  const headersMs = timeouts.headersMs ?? config.headersTimeoutMs;
  return {
    connectMs: timeouts.connectMs ?? config.connectTimeoutMs,
    headersMs,
    answerMs: isReplaceable ? Math.max(1, Math.min(headersMs || shareMs, shareMs)) : 0,
    firstTokenMs: timeouts.firstTokenMs ?? (isReplaceable ? config.firstTokenTimeoutMs : 0),
    idleMs: timeouts.idleMs ?? config.idleTimeoutMs,
  };
}
