import { describe, expect, it } from 'vitest';
import type { CatalogueBot } from '../poe/catalogue-bot.ts';
import { catalogueToYaml, toPoints } from './catalogue-to-yaml.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

const bot = (changes: Partial<CatalogueBot> = {}): CatalogueBot => ({
  id: 'claude-sonnet-4.6',
  displayName: 'Claude-Sonnet-4.6',
  ownedBy: 'Anthropic',
  modality: 'text',
  contextTokens: 983_040,
  price: { perTokenIn: 0.0000026, perTokenOut: 0.000013, perMessage: 0 },
  parameters: ['web_search'],
  ...changes,
});

it.each([
  [0.045, 1500],
  [0.0039, 130],
  [0.00003, 1],
  [0.028, 934],
  [0, 0],
])('%d dollars a message are %i points', (perMessage, points) => {
  expect(toPoints({ perTokenIn: 0, perTokenOut: 0, perMessage }).perMessage).toBe(points);
});

it('rounds prices of tokens up, so that estimates err on the dear side', () => {
  expect(toPoints({ perTokenIn: 0.0000026, perTokenOut: 0.000013, perMessage: 0 })).toEqual({
    perMessage: 0,
    per1kIn: 87,
    per1kOut: 434,
  });
});

describe('catalogueToYaml', () => {
  const parse = (...bots: CatalogueBot[]) =>
    parseModelsFile(catalogueToYaml(bots)) as ModelRegistry;

  it('writes what models.yaml takes', () => {
    const painter = bot({
      id: 'imagen-4',
      displayName: 'Imagen-4',
      modality: 'image',
      contextTokens: undefined,
      price: { perTokenIn: 0, perTokenOut: 0, perMessage: 0.028 },
      parameters: [],
    });
    expect(parse(painter, bot()).models).toEqual([
      {
        name: 'Claude-Sonnet-4.6',
        modality: 'text',
        aliases: ['claude-sonnet-4.6'],
        ownedBy: 'Anthropic',
        price: { perMessage: 0, per1kIn: 87, per1kOut: 434 },
        contextCap: 200_000,
        parameters: ['web_search'],
        fallbacks: undefined,
        timeouts: {},
      },
      {
        name: 'Imagen-4',
        modality: 'image',
        aliases: ['imagen-4'],
        ownedBy: 'Anthropic',
        price: { perMessage: 934, per1kIn: 0, per1kOut: 0 },
        contextCap: undefined,
        parameters: [],
        fallbacks: undefined,
        timeouts: {},
      },
    ]);
  });

  it.each([
    'yes',
    'Null',
    '4.1',
    '1e3',
    '- x',
    'a: b',
    '#1',
    '"quoted"',
    'Ünïcode',
    "it's",
    '0x1F',
  ])('keeps the name %j a name', (name) => {
    const [model] = parse(
      bot({ id: name, displayName: name, ownedBy: name, parameters: [name] }),
    ).models;
    expect(model).toMatchObject({ name, ownedBy: name, parameters: [name] });
  });

  it.each([
    [983_040, 200_000],
    [128_000, 102_000],
    [1500, 1200 - 200],
    [100, 1000],
  ])('leaves room for the answer in a context of %i', (contextTokens, cap) => {
    expect(parse(bot({ contextTokens })).models[0]?.contextCap).toBe(cap);
  });

  it.each([
    [0.000_09, 3000],
    [0.000_000_39, 13],
    [0.000_000_4, 14],
  ])(
    'rounds %d dollars a token up to %i points per thousand, and no further',
    (dollars, points) => {
      const price = { perTokenIn: dollars, perTokenOut: dollars, perMessage: 0 };
      expect(parse(bot({ price })).models[0]?.price).toEqual({
        perMessage: 0,
        per1kIn: points,
        per1kOut: points,
      });
    },
  );

  it('names no price where the catalogue has none', () => {
    expect(parse(bot({ price: undefined })).models[0]?.price).toBeUndefined();
  });
});
