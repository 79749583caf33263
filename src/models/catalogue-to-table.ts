import type { CatalogueBot } from '../poe/catalogue-bot.ts';
import { alignColumns } from './align-columns.ts';
import { toPoints } from './catalogue-to-yaml.ts';

const HEAD = ['', 'NAME', 'MODALITY', 'CONTEXT', 'POINTS'];

/** A table for people; bots that `isServed` says are in models.yaml have a star. */
export function catalogueToTable(
  bots: readonly CatalogueBot[],
  isServed: (bot: CatalogueBot) => boolean,
): string {
  const rows = bots.map((bot) => [
    isServed(bot) ? '*' : '',
    bot.displayName,
    bot.modality,
    bot.contextTokens?.toLocaleString('en-US') ?? '',
    priceOf(bot),
  ]);
  return alignColumns([HEAD, ...rows]);
}

function priceOf({ price }: CatalogueBot): string {
  if (!price) return 'only the ledger knows';
  const { perMessage, per1kIn, per1kOut } = toPoints(price);
  const parts = [
    perMessage > 0 && `${perMessage} a message`,
    per1kOut > 0 && `${per1kIn} in / ${per1kOut} out per 1k tokens`,
  ];
  return parts.filter(Boolean).join(' + ');
}
