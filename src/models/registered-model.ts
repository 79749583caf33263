export const MODALITIES = ['text', 'image', 'video', 'audio'] as const;
export type Modality = (typeof MODALITIES)[number];

/** Points: `perMessage` plus so much for every 1,000 tokens in and out. */
export interface Price {
  readonly perMessage: number;
  readonly per1kIn: number;
  readonly per1kOut: number;
}

/** One entry of models.yaml. */
export interface RegisteredModel {
  /** What clients send, exactly; also what Poe gets. */
  readonly name: string;
  readonly modality: Modality;
  readonly aliases: readonly string[];
  readonly ownedBy: string;
  /** Absent when models.yaml names none: then only the ledger knows what the model costs. */
  readonly price: Price | undefined;
  /** Longer conversations are clipped to this many tokens; absent: no cap. */
  readonly contextCap: number | undefined;
  /** Fields beyond OpenAI's own that the bot declares; the repair ladder keeps them. */
  readonly parameters: readonly string[];
  /** Names of those that stand in for it, in this order; absent: its modality's default. */
  readonly fallbacks: readonly string[] | undefined;
  readonly timeouts: ModelTimeouts;
}

/** A model's own limits of waiting, ms; what is absent follows the environment. */
export interface ModelTimeouts {
  readonly connectMs?: number;
  /** For the headers of a stream. */
  readonly headersMs?: number;
  readonly firstTokenMs?: number;
  /** Between two chunks. */
  readonly idleMs?: number;
  /** For a whole request that asks for the model, all attempts and fallbacks included. */
  readonly callMs?: number;
}

export interface RegistryDefaults {
  readonly textMaxTokens: number;
  /** Whether a text model streams to a client that leaves it open. */
  readonly textStream: boolean;
  /** Who stands in for the models of a modality that name no fallbacks of their own. */
  readonly fallbacks: Readonly<Partial<Record<Modality, readonly string[]>>>;
}
