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
}

export interface RegistryDefaults {
  readonly textMaxTokens: number;
  /** Whether a text model streams to a client that leaves it open. */
  readonly textStream: boolean;
}
