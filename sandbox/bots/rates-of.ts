import type { MessageRates, Rates, TokenRates } from '../ledger/rates.ts';
import type { CatalogueLine } from './bot.ts';
import { EXACT_RATES } from './exact-rates.ts';

const USD_PER_POINT = 0.00003;

/** Of a bot with no price anywhere; the sandbox's own figure. */
const UNPRICED: MessageRates = { kind: 'message', points: 100 };

/** The exact rates where they are known, otherwise what the catalogue prints. */
export function ratesOf(id: string, line: CatalogueLine): Rates {
  return EXACT_RATES[id] ?? cataloguedRates(line) ?? UNPRICED;
}

function cataloguedRates({ pricing }: CatalogueLine): Rates | undefined {
  if (pricing === null) return undefined;
  const { prompt, completion, request, input_cache_read: cacheRead } = pricing;
  if (typeof request === 'string') {
    return { kind: 'message', points: Math.round(Number(request) / USD_PER_POINT) };
  }
  if (typeof prompt !== 'string' || typeof completion !== 'string') return undefined;
  return {
    kind: 'tokens',
    input: perMillion(prompt),
    output: perMillion(completion),
    ...(typeof cacheRead === 'string' ? { cacheRead: perMillion(cacheRead) } : {}),
  } satisfies TokenRates;
}

/** `0.00000021` → 0.21, without the digits that a binary product would add. */
function perMillion(usdPerToken: string): number {
  return Number((Number(usdPerToken) * 1e6).toPrecision(10));
}
