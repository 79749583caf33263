import type { Answer, FinishReason, ToolCall } from '../chat/answer.ts';
import { mediaPlaceholders } from '../chat/media-content.ts';
import { sumTokens } from '../chat/tokens.ts';
import type { AnswerHead, Dialect } from '../dialects/dialect.ts';
import type { JsonObject } from '../json.ts';

/** A chunk to be: what it carries, before it is written down. */
export interface Part {
  readonly kind: 'role' | 'reasoning' | 'content' | 'tool' | 'finish' | 'usage';
  readonly delta: JsonObject | undefined;
  readonly finishReason: FinishReason | null;
  readonly withUsage: boolean;
  /** Billed once this part is sent. */
  readonly outputTokens: number;
}

/** The order of LiteLLM: role, reasoning, content, tool calls, finish, and usage if asked for. */
export function buildParts(
  answer: Answer,
  head: AnswerHead,
  dialect: Dialect,
  includeUsage: boolean,
): Part[] {
  const isMedia = head.bot.kind !== 'text';
  const content = isMedia ? [...mediaPlaceholders(head.bot), ...answer.content] : answer.content;
  const output = [
    ...answer.reasoning.map((piece) =>
      part('reasoning', dialect.reasoningDelta(piece.text), piece.tokens),
    ),
    ...content.map((piece) => part('content', { content: piece.text }, piece.tokens)),
    ...answer.toolCalls.flatMap((call, index) => toolParts(call, index, head, dialect)),
  ];
  return [
    part('role', dialect.roleDelta(), answer.hiddenReasoningTokens),
    ...output,
    { ...part('finish', {}, 0), finishReason: answer.finishReason },
    ...(includeUsage ? [{ ...part('usage', undefined, 0), withUsage: true }] : []),
  ];
}

/** All calls whole in one delta, as some bots send them. */
export function wholeToolCalls(answer: Answer, head: AnswerHead, dialect: Dialect): JsonObject {
  const deltas = answer.toolCalls.map((call, index) => {
    const text = call.arguments.map((piece) => piece.text).join('');
    return dialect.toolCallDelta(head, index, text, call).tool_calls;
  });
  return { tool_calls: deltas.flat() };
}

function toolParts(call: ToolCall, index: number, head: AnswerHead, dialect: Dialect): Part[] {
  return [
    part('tool', dialect.toolCallDelta(head, index, '', call), call.nameTokens),
    ...call.arguments.map((piece) =>
      part('tool', dialect.toolCallDelta(head, index, piece.text), sumTokens([piece])),
    ),
  ];
}

function part(kind: Part['kind'], delta: JsonObject | undefined, outputTokens: number): Part {
  return { kind, delta, finishReason: null, withUsage: false, outputTokens };
}
