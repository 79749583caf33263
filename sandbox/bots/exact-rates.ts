import type { Rates, TokenRates } from '../ledger/rates.ts';

/**
 * What Poe charges where its catalogue rounds or says nothing, by bot id. USD per million tokens:
 * Anthropic's list price less 15 %, OpenAI's less 10 % (checked against ten ledger rows for
 * claude-haiku-4.5 and gpt-5.4-mini).
 */
export const EXACT_RATES: Readonly<Record<string, Rates>> = {
  'claude-opus-4.8': tokens(4.25, 21.25, 0.425, 5.3125),
  'claude-opus-4.7': tokens(4.25, 21.25, 0.425, 5.3125),
  'claude-opus-4.6': tokens(4.25, 21.25, 0.425, 5.3125),
  'claude-opus-4.5': tokens(4.25, 21.25, 0.425, 5.3125),
  'claude-sonnet-4.6': tokens(2.55, 12.75, 0.255, 3.1875),
  'claude-sonnet-4.5': tokens(2.55, 12.75, 0.255, 3.1875),
  'claude-haiku-4.5': tokens(0.85, 4.25, 0.085, 1.0625),
  'gpt-5.5': tokens(4.5, 27, 0.45),
  'gpt-5.5-pro': tokens(27, 162),
  'gpt-5.4': tokens(2.25, 13.5, 0.225),
  'gpt-5.4-mini': tokens(0.675, 4.05, 0.0675),
  'gpt-5.4-nano': tokens(0.18, 1.125, 0.018),
  'gpt-5.4-pro': tokens(27, 162),
  'gpt-5.3-codex': tokens(1.575, 12.6, 0.1575),
  'gpt-5.1-instant': tokens(1.125, 9, 0.1125),
  'gpt-5-mini': tokens(0.225, 1.8, 0.0225),
  'gpt-4.1': tokens(1.8, 7.2, 0.45),
  'gpt-4.1-mini': tokens(0.36, 1.44, 0.09),
  'gpt-4.1-nano': tokens(0.09, 0.36, 0.0225),
  'gpt-4o': tokens(2.25, 9, 1.125),
  'gpt-4o-mini': tokens(0.135, 0.54, 0.0675),
  o3: tokens(1.8, 7.2, 0.45),
  'o4-mini': tokens(0.99, 3.96, 0.2475),
  'o3-deep-research': tokens(9, 36, 2.25),
  'gpt-4o-search': tokens(2.25, 9),
  'gpt-4-turbo': tokens(9, 27),
  'deepseek-v4-pro-el': tokens(1.67, 3.33),
  assistant: tokens(1.575, 12.6, 0.1575),

  // Flat prices, in points: the first three documented or observed, the others made up from the
  // providers' list prices, since the catalogue has none.
  'imagen-4': { kind: 'message', points: 933, line: 'Image' },
  'dall-e-3': { kind: 'message', points: 1500, line: 'Image' },
  'veo-3-fast': { kind: 'message', points: 66_672, line: 'Video' },
  'web-search': { kind: 'message', points: 60 },
  // 1,120 image tokens at the catalogue's price of one.
  'nano-banana-pro': { kind: 'message', points: 4480, line: 'Image' },
  'nano-banana-2': { kind: 'message', points: 2240, line: 'Image' },
  'gpt-image-1': { kind: 'message', points: 5010, line: 'Image' },
  'gpt-image-1.5': { kind: 'message', points: 3990, line: 'Image' },
  'flux-pro-1.1-ultra': { kind: 'message', points: 2000, line: 'Image' },
  'sora-2': { kind: 'message', points: 12_000, line: 'Video' },
  'veo-3.1': { kind: 'message', points: 106_667, line: 'Video' },
  'runway-gen-4-turbo': { kind: 'message', points: 8334, line: 'Video' },
  'elevenlabs-v3': { kind: 'message', points: 120 },
  'elevenlabs-v2.5-turbo': { kind: 'message', points: 60 },
  lyria: { kind: 'message', points: 2000 },
};

function tokens(
  input: number,
  output: number,
  cacheRead?: number,
  cacheWrite?: number,
): TokenRates {
  return {
    kind: 'tokens',
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
}
