import { describe, expect, it } from 'vitest';
import { ModelRegistry } from './model-registry.ts';
import type { Modality, RegisteredModel } from './registered-model.ts';

const model = (name: string, aliases: string[] = [], modality: Modality = 'text') =>
  ({
    name,
    aliases,
    modality,
    ownedBy: 'poe',
    price: undefined,
    contextCap: undefined,
    parameters: [],
    fallbacks: undefined,
    timeouts: {},
  }) satisfies RegisteredModel;

const sonnet = model('Claude-Sonnet-4.6', ['claude-sonnet-4.6', 'anthropic/house-model']);
const gpt = model('GPT-5-mini');
const imagen = model('Imagen-4', [], 'image');
const registry = new ModelRegistry(
  [sonnet, gpt, imagen],
  { textMaxTokens: 1, textStream: true, fallbacks: {} },
  new Date(),
);

describe('ModelRegistry', () => {
  it.each([
    ['Claude-Sonnet-4.6', sonnet],
    ['claude-sonnet-4.6', sonnet],
    ['anthropic/Claude-Sonnet-4.6', sonnet],
    ['anthropic/claude-sonnet-4.6', sonnet],
    ['anthropic/house-model', sonnet],
    ['house-model', undefined],
    ['GPT-5-mini', gpt],
    ['gpt-5-mini', undefined],
    ['a/b/GPT-5-mini', undefined],
    ['', undefined],
    ['/', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('finds for %j its model', (name, expected) => {
    expect(registry.find(name)).toBe(expected);
  });

  it.each([
    ['gpt-5-mini', 'GPT-5-mini'],
    ['openai/GPT5-mini', 'GPT-5-mini'],
    ['claude-sonet-4.6', 'claude-sonnet-4.6'],
    ['llama-3.3-70b', undefined],
  ])('thinks that %j was meant to be %j', (name, expected) => {
    expect(registry.nearest(name)?.toLowerCase()).toBe(expected?.toLowerCase());
  });

  it('lists what is of one modality', () => {
    expect(registry.ofModality('text')).toEqual([sonnet, gpt]);
    expect(registry.ofModality('image')).toEqual([imagen]);
    expect(registry.ofModality('audio')).toEqual([]);
  });
});
