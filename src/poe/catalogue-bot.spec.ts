import { describe, expect, it } from 'vitest';
import { readCatalogueBot } from './catalogue-bot.ts';

/** As recorded in March 2026, less what is not read. */
const sonnet = {
  id: 'claude-sonnet-4.6',
  object: 'model',
  created: 1770262891433,
  owned_by: 'Anthropic',
  architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
  supported_features: ['web_search', 'tools'],
  pricing: { prompt: '0.0000026', completion: '0.000013', image: null, request: null },
  context_length: 983040,
  metadata: { display_name: 'Claude-Sonnet-4.6' },
  parameters: [{ name: 'web_search', schema: { type: 'boolean' } }, { name: 'output_effort' }],
};

describe('readCatalogueBot', () => {
  it('reads an entry as it was recorded', () => {
    expect(readCatalogueBot(sonnet)).toEqual({
      id: 'claude-sonnet-4.6',
      displayName: 'Claude-Sonnet-4.6',
      ownedBy: 'Anthropic',
      modality: 'text',
      contextTokens: 983_040,
      price: { perTokenIn: 0.0000026, perTokenOut: 0.000013, perMessage: 0 },
      parameters: ['web_search', 'output_effort'],
    });
  });

  it('reads an entry that has nothing but its id', () => {
    expect(readCatalogueBot({ id: 'bot' })).toEqual({
      id: 'bot',
      displayName: 'bot',
      ownedBy: 'poe',
      modality: 'text',
      contextTokens: undefined,
      price: undefined,
      parameters: [],
    });
  });

  it.each([undefined, null, 'bot', 5, [], {}, { id: '' }, { id: 5 }])('%j is no bot', (entry) => {
    expect(readCatalogueBot(entry)).toBeUndefined();
  });

  it.each([
    [['text'], [], 'text'],
    [['image'], [], 'image'],
    [['video'], [], 'video'],
    [['audio'], [], 'audio'],
    [['image', 'text'], [], 'text'],
    [['image', 'video'], [], 'video'],
    // As the catalogue has it for gpt-5.4.
    [['image'], ['tools'], 'text'],
    [['hologram'], [], 'text'],
  ])('with output %j and features %j is of modality', (outputs, features, modality) => {
    const bot = readCatalogueBot({
      ...sonnet,
      architecture: { output_modalities: outputs },
      supported_features: features,
    });
    expect(bot?.modality).toBe(modality);
  });

  it('does not take the prompt length of a media bot for a context', () => {
    const architecture = { output_modalities: ['image'] };
    const bot = { ...sonnet, supported_features: [], architecture, context_length: 480 };
    expect(readCatalogueBot(bot)?.contextTokens).toBeUndefined();
  });

  it.each([
    null,
    {},
    { prompt: null, request: null },
    { prompt: '0' },
    { request: 'free' },
    { prompt: '1e999' },
  ])('has no price in %j', (pricing) => {
    expect(readCatalogueBot({ ...sonnet, pricing })?.price).toBeUndefined();
  });

  it.each([Infinity, '983040', null])('has no context of %j tokens', (context_length) => {
    expect(readCatalogueBot({ ...sonnet, context_length })?.contextTokens).toBeUndefined();
  });

  it('may have a price for a message', () => {
    const pricing = { prompt: null, completion: null, request: '0.045' };
    expect(readCatalogueBot({ ...sonnet, pricing })?.price).toEqual({
      perTokenIn: 0,
      perTokenOut: 0,
      perMessage: 0.045,
    });
  });
});
