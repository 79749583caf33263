import { describe, expect, it } from 'vitest';

import { BOTS } from './bots.ts';
import { EXACT_RATES } from './exact-rates.ts';

describe('BOTS', () => {
  it('have a price that can be paid', () => {
    for (const bot of BOTS.values()) {
      const price = bot.rates.kind === 'tokens' ? bot.rates.output : bot.rates.points;
      expect(price, bot.id).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(price), bot.id).toBe(true);
    }
  });

  it('include every bot with an exact price', () => {
    for (const id of Object.keys(EXACT_RATES)) expect(BOTS.has(id), id).toBe(true);
  });

  it("charge exactly what the catalogue's two digits are rounded from", () => {
    for (const bot of BOTS.values()) {
      if (bot.rates.kind !== 'tokens' || typeof bot.pricing?.prompt !== 'string') continue;
      const listed = Number(bot.pricing.prompt) * 1e6;
      // 5 % is half of the last digit where there are two: 1.05 may be printed as 1.1.
      expect(Math.abs(bot.rates.input / listed - 1), bot.id).toBeLessThan(0.05);
    }
  });

  it('have the flat prices that were observed', () => {
    const points = (id: string): unknown => BOTS.get(id)?.rates;
    expect(points('llama-3.3-70b')).toEqual({ kind: 'message', points: 130 });
    expect(points('imagen-4')).toMatchObject({ points: 933 });
    expect(points('imagen-4-ultra')).toMatchObject({ points: 1400 });
    expect(points('dall-e-3')).toMatchObject({ points: 1500 });
    expect(points('python')).toMatchObject({ points: 1 });
  });

  it('of the gpt-5.4 family are text models, whatever the catalogue says', () => {
    expect(BOTS.get('gpt-5.4')).toMatchObject({ kind: 'text', output: ['text', 'image'] });
  });
});
