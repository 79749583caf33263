import type { Bot } from '../bots/bot.ts';
import type { Answer } from './answer.ts';
import type { AnswerContext } from './answer-context.ts';
import { answerText } from './answer-text.ts';
import type { ChatRequest } from './chat-request.ts';

type Reasoning = Pick<Answer, 'reasoning' | 'hiddenReasoningTokens'>;

/** Fields by which a request asks for reasoning, each with values that decline it. */
const REQUESTING_FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  reasoning_effort: ['none', 'minimal'],
  output_effort: ['none'],
  thinking_level: ['none', 'minimal'],
  thinking_budget: [0],
  enable_thinking: [false],
  enable_reasoning: [false],
  deep_thinking: [false],
};

export function composeReasoning(
  context: AnswerContext,
  prompt: string,
  withToolCall: boolean,
): Reasoning {
  const { random, parameters } = context;
  const tokens = parameters.reasoning ?? random.integer(12, 60, 'reasoning tokens', prompt);
  switch (visibility(context, withToolCall)) {
    case 'none':
      return { reasoning: [], hiddenReasoningTokens: 0 };
    case 'hidden':
      return { reasoning: [], hiddenReasoningTokens: tokens };
    case 'shown':
      return {
        reasoning: answerText(random, tokens, 'reasoning', prompt),
        hiddenReasoningTokens: 0,
      };
  }
}

function visibility(context: AnswerContext, withToolCall: boolean): 'none' | 'hidden' | 'shown' {
  const { bot, request, scenario } = context;
  if (scenario.answer === 'reasoning') return 'shown';
  if (bot.kind !== 'text' || scenario.answer === 'empty') return 'none';
  return reasons(bot, request, withToolCall);
}

function reasons(bot: Bot, request: ChatRequest, withToolCall: boolean) {
  switch (bot.thinking) {
    case 'never':
      return 'none';
    case 'hidden':
      return 'hidden';
    case 'on-effort':
      return asksForReasoning(request) ? 'shown' : 'none';
    case 'for-text':
      return withToolCall ? 'none' : 'shown';
    case 'always':
      return 'shown';
  }
}

function asksForReasoning(request: ChatRequest): boolean {
  return Object.entries(REQUESTING_FIELDS).some(([name, declining]) => {
    const value = request[name];
    return value !== undefined && value !== null && !declining.includes(value);
  });
}
