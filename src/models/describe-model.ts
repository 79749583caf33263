import type { Modality, Price, RegisteredModel } from './registered-model.ts';

/** OpenAI's four members, and what a user of this gateway wants to know besides. */
export interface ModelDescription {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
  modality: Modality;
  aliases: readonly string[];
  /** Tokens; longer conversations are clipped. Null: no cap. */
  context_cap: number | null;
  /** Points, from models.yaml: an estimate. Null: known to Poe's ledger only. */
  pricing: { per_message: number; per_1k_in: number; per_1k_out: number } | null;
}

export function describeModel(model: RegisteredModel, loadedAt: Date): ModelDescription {
  return {
    id: model.name,
    object: 'model',
    created: Math.floor(loadedAt.getTime() / 1000),
    owned_by: model.ownedBy,
    modality: model.modality,
    aliases: model.aliases,
    context_cap: model.contextCap ?? null,
    pricing: model.price ? describePrice(model.price) : null,
  };
}

function describePrice(price: Price) {
  return {
    per_message: price.perMessage,
    per_1k_in: price.per1kIn,
    per_1k_out: price.per1kOut,
  };
}
