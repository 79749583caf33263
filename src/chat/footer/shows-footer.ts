import type { FooterConfig } from '../../config/config.ts';
import type { Modality } from '../../models/registered-model.ts';
import type { FinishReason } from '../chat-chunk.ts';

interface AnswerKind {
  readonly modality: Modality;
  readonly finishReason: FinishReason;
  /** The client parses the answer as JSON. */
  readonly wantsJson: boolean;
}

/**
 * Whether an answer ends with a footer. `wish` is the header `x-poe-proxy-footer`, `on` or `off`,
 * and goes before the setting. Tool calls never have one: there is no text to put it under.
 */
export function showsFooter(
  mode: FooterConfig['mode'],
  wish: unknown,
  { modality, finishReason, wantsJson }: AnswerKind,
): boolean {
  if (finishReason === 'tool_calls' || finishReason === 'function_call') return false;
  if (wish === 'on') return true;
  if (wish === 'off') return false;
  switch (mode) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
      return modality === 'text' && !wantsJson;
  }
}
