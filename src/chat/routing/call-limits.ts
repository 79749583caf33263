import type { PoeConfig } from '../../config/config.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';

/** How long one call of Poe is waited for, ms; 0 is without a limit. */
export interface CallLimits {
  readonly connectMs: number;
  /** For the headers of a stream; other answers have them at their end. */
  readonly headersMs: number;
  /** For the first content. */
  readonly firstTokenMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
}

/**
 * A model's own limits, else those of the environment. Without a fallback nothing is won by
 * leaving a text model that thinks, so the first token has a limit only where there is one.
 */
export function callLimits(
  { modality, timeouts }: RegisteredModel,
  config: PoeConfig,
  hasFallback: boolean,
): CallLimits {
  const firstTokenMs = modality === 'text' && hasFallback ? config.firstTokenTimeoutMs : 0;
  return {
    connectMs: timeouts.connectMs ?? config.connectTimeoutMs,
    headersMs: timeouts.headersMs ?? config.headersTimeoutMs,
    firstTokenMs: timeouts.firstTokenMs ?? firstTokenMs,
    idleMs: timeouts.idleMs ?? config.idleTimeoutMs,
  };
}
