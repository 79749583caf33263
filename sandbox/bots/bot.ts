import type { JsonObject } from '../json.ts';
import type { Rates } from '../ledger/rates.ts';

export interface BotParameter {
  readonly name: string;
  readonly schema: JsonObject;
  readonly default_value?: unknown;
  readonly description?: string;
}

/** What Poe's catalogue says of a bot: a line of catalogue.jsonl. Not all of it is true. */
export interface CatalogueLine {
  /** Display name; in lower case it is the id. */
  readonly name: string;
  readonly owner: string;
  /** Milliseconds, where OpenAI has seconds. */
  readonly created: number;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly features: readonly string[];
  readonly endpoints: readonly string[];
  /** USD per token (per message for `request`), rounded to about two digits. */
  readonly pricing: Readonly<Record<string, string | null>> | null;
  readonly context: {
    readonly context_length: number | null;
    readonly max_output_tokens: number | null;
  } | null;
  readonly reasoning: JsonObject | null;
  readonly parameters: readonly BotParameter[];
}

export type BotFamily = 'anthropic' | 'openai' | 'google' | 'xai' | 'hosted';

/** What the bot really does. */
export interface BotBehaviour {
  /** Whose habits ids, usage and tool calls follow. */
  readonly family: BotFamily;
  readonly kind: 'text' | 'image' | 'video' | 'audio';
  /** Which of Poe's two handlers serves it unless the request asks for one. */
  readonly dialect: 'strict' | 'legacy';
  /** The name that the strict dialect lets through. */
  readonly providerModel: string;
  readonly rates: Rates;
  /**
   * `hidden` reasoning is counted and billed, but its text is not shown; `on-effort` needs a field
   * that asks for it; `for-text` shows none with a tool call.
   */
  readonly thinking: 'never' | 'hidden' | 'on-effort' | 'for-text' | 'always';
  /** Gemini's tool calls carry a signature that it wants back with the next turn. */
  readonly signsToolCalls: boolean;
  readonly tools: 'supported' | 'refused-by-poe' | 'refused-by-provider' | 'provider-error';
  /** What the legacy dialect's usage counts. */
  readonly legacyUsage: 'local' | 'details' | 'null-details';
  /** Put before every prompt by the provider, billed, and nearly always cached. */
  readonly hiddenPromptTokens: number;
  /** Under a smaller `max_tokens` the answer is empty. */
  readonly leastMaxTokens: number;
  /** Values of `reasoning_effort` that the provider takes; undefined: all. */
  readonly efforts?: readonly string[];
  readonly refusesTemperature: boolean;
  readonly servesChat: boolean;
  readonly listed: boolean;
}

export interface Bot extends CatalogueLine, BotBehaviour {
  readonly id: string;
}
