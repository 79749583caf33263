import { expect, it } from 'vitest';
import { describeModel } from './describe-model.ts';
import type { RegisteredModel } from './registered-model.ts';

const model: RegisteredModel = {
  name: 'GPT-4.1',
  modality: 'text',
  aliases: ['gpt-4.1'],
  ownedBy: 'OpenAI',
  price: { perMessage: 1, per1kIn: 67, per1kOut: 267 },
  contextCap: 200_000,
  parameters: [],
  fallbacks: undefined,
  timeouts: {},
};
const loadedAt = new Date('2026-04-13T00:00:00.999Z');

it('has the members of OpenAI, created in seconds, and those that a user wants besides', () => {
  expect(describeModel(model, loadedAt)).toEqual({
    id: 'GPT-4.1',
    object: 'model',
    created: Date.parse('2026-04-13T00:00:00Z') / 1000,
    owned_by: 'OpenAI',
    modality: 'text',
    aliases: ['gpt-4.1'],
    context_cap: 200_000,
    pricing: { per_message: 1, per_1k_in: 67, per_1k_out: 267 },
  });
});

it('says null for what is not known, so that the members are always there', () => {
  const bare = { ...model, price: undefined, contextCap: undefined };
  expect(describeModel(bare, loadedAt)).toMatchObject({ context_cap: null, pricing: null });
});
