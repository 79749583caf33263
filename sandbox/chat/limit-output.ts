import type { Bot } from '../bots/bot.ts';
import type { Answer, ToolCall } from './answer.ts';
import { type Piece, sumTokens } from './tokens.ts';

/** Cuts an answer at `max_tokens`: reasoning is spent first, so little may be left for content. */
export function limitOutput(answer: Answer, bot: Bot, maxTokens: number | undefined): Answer {
  if (maxTokens === undefined) return answer;
  if (maxTokens < bot.leastMaxTokens) return emptyAnswer(answer, maxTokens);
  // xAI counts reasoning apart from the completion, so the limit does not touch it.
  const budget = bot.family === 'xai' ? Infinity : maxTokens;
  const hiddenReasoningTokens = Math.min(answer.hiddenReasoningTokens, budget);
  const reasoning = take(answer.reasoning, budget - hiddenReasoningTokens);
  const spent = bot.family === 'xai' ? 0 : hiddenReasoningTokens + sumTokens(reasoning);
  const content = take(answer.content, maxTokens - spent);
  const left = maxTokens - spent - sumTokens(content);
  const toolCalls = answer.toolCalls.map((call) => limitCall(call, left));
  const limited = { ...answer, hiddenReasoningTokens, reasoning, content, toolCalls };
  return isShorter(limited, answer) ? { ...limited, finishReason: 'length' } : answer;
}

/** Observed of gpt-5.4-mini and gpt-5.1-instant: all of a small budget goes where nobody sees it. */
function emptyAnswer(answer: Answer, maxTokens: number): Answer {
  return {
    ...answer,
    hiddenReasoningTokens: maxTokens,
    reasoning: [],
    content: [],
    toolCalls: [],
    finishReason: 'length',
  };
}

function take(pieces: readonly Piece[], tokens: number): Piece[] {
  let left = tokens;
  return pieces.filter((piece) => {
    left -= piece.tokens;
    return left >= 0;
  });
}

function limitCall(call: ToolCall, tokens: number): ToolCall {
  return { ...call, arguments: take(call.arguments, Math.max(0, tokens - call.nameTokens)) };
}

function isShorter(limited: Answer, answer: Answer): boolean {
  const argumentCount = ({ toolCalls }: Answer): number =>
    toolCalls.reduce((sum, call) => sum + call.arguments.length, 0);
  return (
    limited.hiddenReasoningTokens < answer.hiddenReasoningTokens ||
    limited.reasoning.length < answer.reasoning.length ||
    limited.content.length < answer.content.length ||
    argumentCount(limited) < argumentCount(answer)
  );
}
