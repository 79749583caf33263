import { describe, expect, it } from 'vitest';
import { ModelRegistry } from '../models/model-registry.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { adviseCheaper, cheaperModels } from './cheaper-models.ts';

const flat = (name: string, points: number, changes: Partial<RegisteredModel> = {}) =>
  ({
    name,
    modality: 'text',
    aliases: [],
    ownedBy: 'poe',
    price: { perMessage: points, per1kIn: 0, per1kOut: 0 },
    contextCap: undefined,
    parameters: [],
    fallbacks: undefined,
    timeouts: {},
    ...changes,
  }) satisfies RegisteredModel;

const dear = flat('Dear', 1000);
const size = { tokensIn: 2000, tokensOut: 500 };

function offers(others: RegisteredModel[], limit: number, points = 1000) {
  const registry = new ModelRegistry(
    [dear, ...others],
    { textMaxTokens: 1, textStream: true, fallbacks: {} },
    new Date(),
  );
  return cheaperModels(registry, dear, size, points, limit).map(({ name }) => name);
}

describe('cheaperModels', () => {
  const all = [5, 300, 100, 20, 200].map((points) => flat(`M${points}`, points));

  it.each([
    ['the dearest three within the limit', 250, ['M20', 'M100', 'M200']],
    ['those within the limit, if fewer', 20, ['M5', 'M20']],
    ['the cheapest three where none is within the limit', 4, ['M5', 'M20', 'M100']],
  ])('are %s', (_, limit, names) => {
    expect(offers(all, limit)).toEqual(names);
  });

  it.each([
    ['of another modality', flat('Image', 5, { modality: 'image' })],
    ['without a price', flat('Unpriced', 5, { price: undefined })],
    ['too small for the conversation', flat('Short', 5, { contextCap: 1999 })],
    ['that cost as much', flat('Equal', 1000)],
  ])('are none %s', (_, other) => {
    expect(offers([other], 5000)).toEqual([]);
  });

  it('never include the model itself, even where it cost more than its price', () => {
    expect(offers([], 5000, 9999)).toEqual([]);
  });

  it('are only those that may be offered', () => {
    const registry = new ModelRegistry(
      [dear, ...all],
      { textMaxTokens: 1, textStream: true, fallbacks: {} },
      new Date(),
    );
    const found = cheaperModels(registry, dear, size, 1000, 250, (name) => name !== 'M200');
    expect(found.map(({ name }) => name)).toEqual(['M5', 'M20', 'M100']);
  });

  it('say what a message of this size costs there', () => {
    const other = flat('Other', 1, { price: { perMessage: 1, per1kIn: 10, per1kOut: 20 } });
    const registry = new ModelRegistry(
      [dear, other],
      { textMaxTokens: 1, textStream: true, fallbacks: {} },
      new Date(),
    );
    expect(cheaperModels(registry, dear, size, 1000, 1000)).toEqual([
      { name: 'Other', points: 31 },
    ]);
  });
});

it('is advised in one sentence, or not at all', () => {
  const advice = adviseCheaper([
    { name: 'GPT-5-mini', points: 1045 },
    { name: 'DeepSeek-V3.2', points: 25 },
  ]);
  expect(advice).toBe(' Cheaper for this size: GPT-5-mini (1,045), DeepSeek-V3.2 (25).');
  expect(adviseCheaper([])).toBe('');
});
