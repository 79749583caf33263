/** What Poe charges: US dollars for a token or a message. Poe rounds them to two digits. */
export interface CataloguePrice {
  readonly perTokenIn: number;
  readonly perTokenOut: number;
  readonly perMessage: number;
}

/** One bot of Poe's catalogue, `GET /v1/models`. */
export interface CatalogueBot {
  /** Lower case. */
  readonly id: string;
  /** As the ledger and people write it. */
  readonly displayName: string;
  readonly ownedBy: string;
  readonly modality: 'text' | 'image' | 'video' | 'audio';
  /** Tokens; undefined for media bots, where the figure means characters of the prompt. */
  readonly contextTokens: number | undefined;
  /** Undefined: the catalogue names none. */
  readonly price: CataloguePrice | undefined;
  readonly parameters: readonly string[];
}

type Members = Record<string, unknown>;

/** Reads one entry leniently; undefined when it has no id. */
export function readCatalogueBot(entry: unknown): CatalogueBot | undefined {
  const bot = members(entry);
  if (typeof bot.id !== 'string' || bot.id === '') return undefined;
  const displayName = members(bot.metadata).display_name;
  const modality = modalityOf(bot);
  const context = bot.context_length;
  return {
    id: bot.id,
    displayName: typeof displayName === 'string' ? displayName : bot.id,
    ownedBy: typeof bot.owned_by === 'string' ? bot.owned_by : 'poe',
    modality,
    contextTokens: modality === 'text' && isFiniteNumber(context) ? context : undefined,
    price: priceOf(members(bot.pricing)),
    parameters: list(bot.parameters).flatMap((parameter) => {
      const { name } = members(parameter);
      return typeof name === 'string' ? [name] : [];
    }),
  };
}

/** Some text models are listed as making images: whoever calls tools is a text model. */
function modalityOf(bot: Members): CatalogueBot['modality'] {
  const outputs = list(members(bot.architecture).output_modalities);
  if (outputs.includes('text') || list(bot.supported_features).includes('tools')) return 'text';
  return (['video', 'audio', 'image'] as const).find((kind) => outputs.includes(kind)) ?? 'text';
}

function priceOf(pricing: Members): CataloguePrice | undefined {
  const price = {
    perTokenIn: dollars(pricing.prompt),
    perTokenOut: dollars(pricing.completion),
    perMessage: dollars(pricing.request),
  };
  return Object.values(price).some((value) => value > 0) ? price : undefined;
}

function dollars(value: unknown): number {
  const price = typeof value === 'string' ? Number(value) : 0;
  return price > 0 && Number.isFinite(price) ? price : 0;
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
