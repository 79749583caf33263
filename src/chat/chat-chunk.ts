import type { PoeProxyFacts } from './reply/poe-proxy-facts.ts';

export const FINISH_REASONS = [
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];

/** One piece of a tool call; `index` tells which call of the answer it continues. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly [member: string]: unknown;
}

export interface Delta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly refusal?: string;
  readonly tool_calls?: readonly ToolCallDelta[];
  readonly [member: string]: unknown;
}

/** Tokens as Poe reports them, members that were null left out. */
export interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
  readonly prompt_tokens_details?: { readonly cached_tokens?: number };
  readonly [member: string]: unknown;
}

interface Facts {
  readonly finishReason?: FinishReason | null;
  readonly usage?: TokenUsage | undefined;
  readonly logprobs?: unknown;
  readonly poeProxy?: PoeProxyFacts;
}

/**
 * One step of an answer, the same for streams and JSON, whatever dialect Poe spoke. The frame
 * around it (`id`, `created`, `model`) belongs to the reply, not to the chunk.
 */
export class ChatChunk {
  readonly finishReason: FinishReason | null;
  readonly usage: TokenUsage | undefined;
  readonly logprobs: unknown;
  /** On the last chunk, the one with the finish reason. */
  readonly poeProxy: PoeProxyFacts | undefined;
  /** `delta.content` as JSON text, when the chunk is nothing else: it is passed on unparsed. */
  readonly contentJson: string | undefined;
  #delta: Delta | undefined;

  private constructor(delta: Delta | undefined, contentJson: string | undefined, facts: Facts) {
    this.#delta = delta;
    this.contentJson = contentJson;
    this.finishReason = facts.finishReason ?? null;
    this.usage = facts.usage;
    this.logprobs = facts.logprobs;
    this.poeProxy = facts.poeProxy;
  }

  static of(delta: Delta, facts: Facts = {}): ChatChunk {
    return new ChatChunk(delta, undefined, facts);
  }

  /** Takes a JSON string literal, quotes included. */
  static ofContentJson(contentJson: string): ChatChunk {
    return new ChatChunk(undefined, contentJson, {});
  }

  get delta(): Delta {
    return (this.#delta ??= { content: JSON.parse(this.contentJson ?? '""') as string });
  }

  /** Once something of this has been sent, the answer cannot be tried again. */
  get hasContent(): boolean {
    if (this.contentJson !== undefined) return this.contentJson !== '""';
    const { content, reasoning_content: reasoning, refusal, tool_calls: calls } = this.delta;
    return Boolean(content) || Boolean(reasoning) || Boolean(refusal) || (calls?.length ?? 0) > 0;
  }
}
