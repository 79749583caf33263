import { type Piece, sumTokens } from './tokens.ts';

export type FinishReason = 'stop' | 'length' | 'tool_calls';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly nameTokens: number;
  /** The arguments' JSON, cut short if the limit on the output was reached. */
  readonly arguments: readonly Piece[];
  /** Gemini's, which wants it back with the next turn. */
  readonly thoughtSignature: string | undefined;
}

/** What a bot says to a request, before any dialect or wire. */
export interface Answer {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly hiddenReasoningTokens: number;
  readonly reasoning: readonly Piece[];
  readonly content: readonly Piece[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
}

export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}

export function reasoningTokensOf(answer: Answer): number {
  return answer.hiddenReasoningTokens + sumTokens(answer.reasoning);
}

/** Content and tool calls, without reasoning. */
export function completionTokensOf(answer: Answer): number {
  const calls = answer.toolCalls.map((call) => call.nameTokens + sumTokens(call.arguments));
  return calls.reduce((sum, tokens) => sum + tokens, sumTokens(answer.content));
}
