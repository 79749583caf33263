import { describe, expect, it } from 'vitest';

import { BOTS } from '../bots/bots.ts';
import { bill, usdText } from './bill.ts';
import type { Rates } from './rates.ts';

const HAIKU = ratesOf('claude-haiku-4.5');
const MINI = ratesOf('gpt-5.4-mini');

function ratesOf(id: string): Rates {
  const bot = BOTS.get(id);
  if (bot === undefined) throw new Error(`no bot ${id}`);
  return bot.rates;
}

/** Ledger rows of 13 April 2026: [input, output, cache write, cache discount, total] in points. */
describe('the recorded bills', () => {
  it.each([
    ['Haiku, chat', HAIKU, { prompt: 8369, output: 4 }, [238, 1, 0, 0, 239]],
    ['Haiku, write', HAIKU, { prompt: 8369, output: 4, cacheWrite: 8352 }, [238, 1, 60, 0, 299]],
    ['Haiku, read', HAIKU, { prompt: 8369, output: 4, cacheRead: 8352 }, [238, 1, 0, -213, 26]],
    ['mini', MINI, { prompt: 7661, output: 5 }, [173, 1, 0, 0, 174]],
    ['mini, cached', MINI, { prompt: 7661, output: 5, cacheRead: 7424 }, [173, 1, 0, -150, 24]],
  ] as const)('%s', (_call, rates, tokens, [input, output, write, discount, total]) => {
    const { points, breakdown } = bill(rates, tokens);
    expect(points).toBe(total);
    const text = (value: number) => `${value} point${value === 1 ? '' : 's'}`;
    const { cacheRead, cacheWrite } = { cacheRead: 0, cacheWrite: 0, ...tokens };
    expect(breakdown).toEqual({
      Input: `${text(input)} (${tokens.prompt} tokens)`,
      Output: `${text(output)} (${tokens.output} tokens)`,
      ...(write === 0 ? {} : { 'Cache write': `${text(write)} (${cacheWrite} tokens)` }),
      ...(discount === 0 ? {} : { 'Cache discount': `${text(discount)} (${cacheRead} tokens)` }),
      Total: text(total),
    });
  });

  it("would be 174 and not 173 at the catalogue's rounded price", () => {
    const rounded = { kind: 'tokens', input: 0.68, output: 4 } as const;
    expect(bill(rounded, { prompt: 7661, output: 0 }).points).toBe(174);
  });
});

describe('a bill', () => {
  it('has no line for nothing', () => {
    expect(bill(HAIKU, { prompt: 100, output: 0 }).breakdown).toEqual({
      Input: '3 points (100 tokens)',
      Total: '3 points',
    });
  });

  it('does not round a whole number up', () => {
    // 0.3 × 100 is 30.000000000000004 in binary.
    const rates = { kind: 'tokens', input: 0.1 * 3, output: 0 } as const;
    expect(bill(rates, { prompt: 100, output: 0 }).points).toBe(1);
  });

  it('of one point says so in the singular', () => {
    expect(bill({ kind: 'message', points: 1 }, { prompt: 9, output: 9 })).toEqual({
      points: 1,
      usd: '0.000030',
      breakdown: { Total: '1 point' },
    });
  });
});

describe('usdText', () => {
  it.each([
    [0, '0.00'],
    [1, '0.000030'],
    [24, '0.00072'],
    [174, '0.0052'],
    [239, '0.0072'],
    [-239, '-0.0072'],
    [100_000, '3.0'],
    [10_000_000, '300'],
  ])('%i points are %s USD', (points, usd) => {
    expect(usdText(points)).toBe(usd);
  });
});
