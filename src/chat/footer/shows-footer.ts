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
 * Whether an answer ends with a footer. `wishes` go before the setting, the first that is `on` or
 * `off` before the next: the header `x-poe-proxy-footer`, and what the caller's key says. Tool calls
 * never have one: there is no text to put it under.
 */
export function showsFooter(
  mode: FooterConfig['mode'],
  wishes: readonly unknown[],
  { modality, finishReason, wantsJson }: AnswerKind,
): boolean {
  if (finishReason === 'tool_calls' || finishReason === 'function_call') return false;
  const wish = wishes.find((one) => one === 'on' || one === 'off');
  if (wish !== undefined) return wish === 'on';
  switch (mode) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
      return modality === 'text' && !wantsJson;
  }
}
