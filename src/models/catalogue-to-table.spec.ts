import { expect, it } from 'vitest';
import type { CatalogueBot } from '../poe/catalogue-bot.ts';
import { catalogueToTable } from './catalogue-to-table.ts';

const bot = (displayName: string, changes: Partial<CatalogueBot> = {}): CatalogueBot => ({
  id: displayName.toLowerCase(),
  displayName,
  ownedBy: 'poe',
  modality: 'text',
  contextTokens: undefined,
  price: undefined,
  parameters: [],
  ...changes,
});

it('shows what people choose by, and a star for what is served', () => {
  const bots = [
    bot('GPT-5', {
      contextTokens: 400_000,
      price: { perTokenIn: 0.0000011, perTokenOut: 0.000009, perMessage: 0 },
    }),
    bot('Imagen-4', {
      modality: 'image',
      price: { perTokenIn: 0, perTokenOut: 0, perMessage: 0.028 },
    }),
    bot('Assistant'),
  ];
  const table = catalogueToTable(bots, ({ id }) => id === 'gpt-5');
  expect(table.split('\n')).toEqual([
    '   NAME       MODALITY  CONTEXT  POINTS',
    '*  GPT-5      text      400,000  37 in / 300 out per 1k tokens',
    '   Imagen-4   image              934 a message',
    '   Assistant  text               only the ledger knows',
  ]);
});

it('has a head without bots', () => {
  expect(catalogueToTable([], () => true)).toBe('  NAME  MODALITY  CONTEXT  POINTS');
});
