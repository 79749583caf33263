import { describe, expect, it } from 'vitest';
import type { ModelRegistry } from '../models/model-registry.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
import { dearestPrice } from './dearest-price.ts';

const guess = (yaml: string, tokensIn = 1000, tokensOut = 100) => {
  const registry = parseModelsFile(`models: {${yaml}, video: [{ poe_name: X }]}`) as ModelRegistry;
  const model = registry.find('X');
  return model && dearestPrice(registry, model, tokensIn, tokensOut);
};

describe('dearestPrice', () => {
  const texts = `text: [
    { poe_name: A, points_per_1k_in: 10, points_per_1k_out: 10 },
    { poe_name: B, points_per_1k_in: 1, points_per_1k_out: 500 },
    { poe_name: C }]`;

  it('is that of the dearest model of the modality, for a message of this size', () => {
    const registry = parseModelsFile(`models: {${texts}, video: [{ poe_name: V, base: 9999 }]}`);
    const model = (registry as ModelRegistry).find('C');
    if (!model) throw new Error('C is listed');
    expect(dearestPrice(registry as ModelRegistry, model, 1000, 100)).toBe(51);
    expect(dearestPrice(registry as ModelRegistry, model, 100_000, 1)).toBe(1001);
  });

  it('is that of the dearest of all where the modality has no price', () => {
    expect(guess(texts)).toBe(51);
  });

  it('is nothing where nothing has a price', () => {
    expect(guess('text: [{ poe_name: A }]')).toBe(0);
  });
});
