import { describe, expect, it } from 'vitest';
import { ModelRegistry } from '../models/model-registry.ts';
import type { ModelsFileService } from '../models/models-file.service.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { LearnedCostsService } from './learned-costs.service.ts';

const model: RegisteredModel = {
  name: 'Model',
  modality: 'text',
  aliases: [],
  ownedBy: 'poe',
  price: { perMessage: 0, per1kIn: 100, per1kOut: 1000 },
  contextCap: undefined,
  parameters: [],
  fallbacks: undefined,
  timeouts: {},
};
const unpriced = { ...model, name: 'Unpriced', price: undefined };

const registry = new ModelRegistry(
  [model, unpriced],
  { textMaxTokens: 1, textStream: true, fallbacks: {} },
  new Date(),
);
const costsOf = () => new LearnedCostsService({ registry } as ModelsFileService);

const times = (count: number, work: () => void) => {
  for (let nth = 0; nth < count; nth++) work();
};

describe('before anything was seen', () => {
  it('expects 500 tokens at the price of models.yaml', () => {
    const costs = costsOf();
    expect(costs.expectedOutput(model)).toBe(500);
    expect(costs.before(model, 1000)).toBe(100 + 500);
    expect(costs.after(model, 1000, 20)).toBe(100 + 20);
  });

  it('never expects more than the request allows', () => {
    const costs = costsOf();
    expect(costs.before(model, 1000, 10)).toBe(100 + 10);
    expect(costs.before(model, 1000, 9999)).toBe(100 + 500);
  });

  it('takes a model without a price for as dear as the dearest', () => {
    expect(costsOf().before(unpriced, 1000)).toBe(100 + 500);
    expect(costsOf().after(unpriced, 1000, 20)).toBe(100 + 20);
  });
});

describe('the length of answers', () => {
  it('is learned for each key, which begins with that of all', () => {
    const costs = costsOf();
    costs.learnLength(model, 1000, 'long');
    expect(costs.expectedOutput(model, 'short')).toBe(1000);
    times(30, () => {
      costs.learnLength(model, 20, 'short');
    });
    expect(costs.expectedOutput(model, 'short')).toBeLessThan(25);
    expect(costs.expectedOutput(model, 'long')).toBe(1000);
    expect(costs.before(model, 1000, Infinity, 'long')).toBe(100 + 1000);
    expect(costs.expectedOutput(model)).toBeLessThan(25);
  });

  it('is that of the first, then follows the newest ten or so', () => {
    const costs = costsOf();
    costs.learnLength(model, 100);
    expect(costs.expectedOutput(model)).toBe(100);
    costs.learnLength(model, 200);
    expect(costs.expectedOutput(model)).toBe(120);
    times(20, () => {
      costs.learnLength(model, 2000);
    });
    expect(costs.expectedOutput(model)).toBeGreaterThan(1950);
  });

  it('goes on being learned where the bill is known as well', () => {
    const costs = costsOf();
    times(30, () => {
      costs.learnCost(model, 0, 2000, 2000);
      costs.learnLength(model, 2000);
    });
    expect(costs.expectedOutput(model)).toBe(2000);
  });

  it('is known for each model alone', () => {
    const costs = costsOf();
    costs.learnLength(model, 100);
    expect(costs.expectedOutput(unpriced)).toBe(500);
  });
});

describe('bills', () => {
  it('correct the estimates of models.yaml little by little', () => {
    const costs = costsOf();
    costs.learnCost(model, 1000, 100, 400);
    // A fifth of the way from 200 to 400.
    expect(costs.after(model, 1000, 100)).toBe(240);
    times(30, () => {
      costs.learnCost(model, 1000, 100, 400);
    });
    expect(costs.after(model, 1000, 100)).toBe(400);
    expect(costs.before(model, 1000, 100)).toBe(400);
  });

  it.each([
    ['a refund', -50, 200 * (0.8 + 0.2 * 0.1)],
    ['nothing', 0, 200 * (0.8 + 0.2 * 0.1)],
    ['a fortune', 1e9, 200 * (0.8 + 0.2 * 10)],
  ])('of %s do not make every later estimate absurd', (_, points, expected) => {
    const costs = costsOf();
    costs.learnCost(model, 1000, 100, points);
    expect(costs.after(model, 1000, 100)).toBe(Math.round(expected));
  });

  it('of an empty answer say nothing of the price', () => {
    const costs = costsOf();
    costs.learnCost(model, 0, 0, 7);
    expect(costs.after(model, 1000, 100)).toBe(200);
  });

  it('are what a model without a price is judged by, whatever the size', () => {
    const costs = costsOf();
    costs.learnCost(unpriced, 10, 10, 1500);
    expect(costs.before(unpriced, 99_999)).toBe(1500);
    costs.learnCost(unpriced, 10, 10, 1000);
    expect(costs.after(unpriced, 0, 0)).toBe(1400);
  });

  it('say nothing of the length', () => {
    const costs = costsOf();
    costs.learnCost(model, 1000, 9999, 10_000);
    expect(costs.expectedOutput(model)).toBe(500);
  });
});
