import type { Bot } from '../bots/bot.ts';
import type { Answer, FinishReason, ToolCall } from '../chat/answer.ts';
import type { ChatRequest } from '../chat/chat-request.ts';
import type { JsonObject } from '../json.ts';
import type { SeededRandom } from '../random.ts';

export interface AnswerHead {
  readonly id: string;
  /** Seconds on Poe's clock. */
  readonly created: number;
  readonly model: string;
  readonly bot: Bot;
}

export interface HeadContext {
  readonly bot: Bot;
  readonly request: ChatRequest;
  readonly random: SeededRandom;
  readonly callNumber: number;
  /** Milliseconds on Poe's clock. */
  readonly now: number;
}

/** The two ways in which Poe writes an answer down: its own, and that of the LiteLLM behind it. */
export interface Dialect {
  readonly name: 'strict' | 'legacy';
  head(context: HeadContext): AnswerHead;
  usage(answer: Answer, context: HeadContext): JsonObject;
  completion(head: AnswerHead, answer: Answer, usage: JsonObject | undefined): JsonObject;
  /** Without choices if `delta` is undefined. */
  chunk(
    head: AnswerHead,
    delta: JsonObject | undefined,
    finishReason: FinishReason | null,
    usage: JsonObject | undefined,
  ): JsonObject;
  roleDelta(): JsonObject;
  reasoningDelta(text: string): JsonObject;
  /** `call` with the first part of its arguments, then only more of them. */
  toolCallDelta(head: AnswerHead, index: number, text: string, call?: ToolCall): JsonObject;
}
