export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** A part of a message: text, `image_url`, `file`, or whatever Poe comes to understand. */
export type ContentPart = TextPart | { readonly type: string; readonly [member: string]: unknown };

export interface ToolCall {
  readonly id?: string;
  readonly [member: string]: unknown;
}

export interface ChatMessage {
  readonly role: Role;
  readonly content?: string | readonly ContentPart[] | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly [member: string]: unknown;
}

/**
 * A validated body. Only what the gateway itself looks at is named; every other member passes to
 * Poe as it is. An interface, never a class: Nest's pipes would copy and prune a class.
 */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly tools?: readonly unknown[] | null;
  readonly response_format?: { readonly type?: unknown } | null;
  readonly [member: string]: unknown;
}
