import type { CatalogueBot, CataloguePrice } from '../poe/catalogue-bot.ts';
import { MODALITIES } from './registered-model.ts';

/** US dollars for a point: 30 for a million (Poe's ledger, April 2026). */
const DOLLARS_PER_POINT = 0.00003;
/** Longer conversations are dear whatever the model takes. */
const MOST_CONTEXT = 200_000;
/** The rest is for the answer, and for tokenizers that count more than OpenAI's. */
const SHARE_OF_CONTEXT = 0.8;
/** A typical message: so much of it is what is sent. */
const SHARE_IN = 0.8;

export interface Points {
  readonly perMessage: number;
  readonly per1kIn: number;
  readonly per1kOut: number;
}

/** Catalogue prices in points, rounded up so that estimates err on the dear side. */
export function toPoints(price: CataloguePrice): Points {
  // The quotient of two decimals is off by some 1e-16, which must not add a point.
  const points = (dollars: number) => Math.max(0, Math.ceil(dollars / DOLLARS_PER_POINT - 1e-9));
  return {
    perMessage: points(price.perMessage),
    per1kIn: points(price.perTokenIn * 1000),
    per1kOut: points(price.perTokenOut * 1000),
  };
}

/** Entries of models.yaml for these bots, grouped as the file is. */
export function catalogueToYaml(bots: readonly CatalogueBot[]): string {
  const groups = MODALITIES.map((modality) => {
    const entries = bots.filter((bot) => bot.modality === modality).map(entryOf);
    return entries.length > 0 ? `  ${modality}:\n${entries.join('')}` : `  ${modality}: []\n`;
  });
  return `models:\n${groups.join('')}`;
}

function entryOf(bot: CatalogueBot): string {
  const points = bot.price && toPoints(bot.price);
  const members = {
    poe_name: bot.displayName,
    owned_by: bot.ownedBy,
    ...(bot.id !== bot.displayName && { aliases: [bot.id] }),
    ...(points && { base: points.perMessage, per_1k_tokens: blend(points) }),
    ...(points &&
      points.per1kOut > 0 && {
        points_per_1k_in: points.per1kIn,
        points_per_1k_out: points.per1kOut,
      }),
    ...(bot.contextTokens && { max_tokens: capOf(bot.contextTokens) }),
    ...(bot.parameters.length > 0 && { parameters: bot.parameters }),
  };
  const lines = Object.entries(members).map(([name, value]) => `${name}: ${scalar(value)}`);
  return `    - ${lines.join('\n      ')}\n`;
}

function blend({ per1kIn, per1kOut }: Points): number {
  return Math.ceil(per1kIn * SHARE_IN + per1kOut * (1 - SHARE_IN));
}

function capOf(contextTokens: number): number {
  const share = Math.floor((contextTokens * SHARE_OF_CONTEXT) / 1000) * 1000;
  return Math.min(MOST_CONTEXT, Math.max(share, 1000));
}

/** JSON is YAML; plain words need no quotes. */
function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalar).join(', ')}]`;
  const isPlain = typeof value === 'string' && /^[A-Za-z][\w .-]*$/.test(value);
  return isPlain && !/^(?:yes|no|on|off|true|false|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
