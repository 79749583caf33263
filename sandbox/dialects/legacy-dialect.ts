import {
  type Answer,
  completionTokensOf,
  joinPieces,
  reasoningTokensOf,
  type ToolCall,
} from '../chat/answer.ts';
import { countMessageText, countTokens } from '../chat/tokens.ts';
import type { JsonObject } from '../json.ts';
import type { Dialect, HeadContext } from './dialect.ts';

/** The keys and their order are those of recordings of February and March 2026. */
export const LEGACY_DIALECT: Dialect = {
  name: 'legacy',

  head({ bot, request, random, callNumber, now }) {
    return {
      id: `chatcmpl-${random.hex(24, 'completion', callNumber)}`,
      created: Math.floor(now / 1000),
      // Echoed as it was asked for.
      model: String(request.model),
      bot,
    };
  },

  usage(answer, context) {
    const isCall = answer.toolCalls.length > 0;
    return isCall || context.bot.legacyUsage === 'local'
      ? localUsage(answer, context)
      : providerUsage(answer, context);
  },

  completion(head, answer, usage) {
    return {
      id: head.id,
      object: 'chat.completion',
      created: head.created,
      model: head.model,
      choices: [{ index: 0, message: message(answer), finish_reason: answer.finishReason }],
      ...(usage === undefined ? {} : { usage }),
    };
  },

  chunk(head, delta, finishReason, usage) {
    return {
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      choices: delta === undefined ? [] : [{ index: 0, delta, finish_reason: finishReason }],
      ...(usage === undefined ? {} : { usage }),
    };
  },

  roleDelta() {
    return { role: 'assistant', content: '' };
  },

  reasoningDelta(text) {
    return { reasoning_content: text, reasoning: text };
  },

  toolCallDelta(_head, index, text, call) {
    const item = call === undefined ? { function: { arguments: text } } : toolCall(call, text);
    return { tool_calls: [{ index, ...item }] };
  },
};

function message(answer: Answer): JsonObject {
  const reasoning = joinPieces(answer.reasoning);
  const calls = answer.toolCalls.map((call) => toolCall(call, joinPieces(call.arguments)));
  return {
    role: 'assistant',
    content: joinPieces(answer.content),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning, reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolCall(call: ToolCall, text: string): JsonObject {
  return {
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: text },
    ...(call.thoughtSignature === undefined
      ? {}
      : { extra_content: { google: { thought_signature: call.thoughtSignature } } }),
  };
}

/** Poe's own count of visible text: 0 for every tool call, and for sound and film. */
function localUsage(answer: Answer, { bot, request }: HeadContext): JsonObject {
  const isCounted = bot.kind === 'text' || bot.kind === 'image';
  const completion = isCounted ? countTokens(joinPieces(answer.content)) : 0;
  const prompt = countMessageText(request);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function providerUsage(answer: Answer, { bot }: HeadContext): JsonObject {
  const reasoning = reasoningTokensOf(answer);
  const completion = completionTokensOf(answer) + reasoning;
  const isBare = bot.legacyUsage === 'null-details';
  return {
    completion_tokens: completion,
    prompt_tokens: answer.promptTokens,
    total_tokens: answer.promptTokens + completion,
    completion_tokens_details: isBare
      ? null
      : {
          accepted_prediction_tokens: null,
          audio_tokens: null,
          reasoning_tokens: reasoning,
          rejected_prediction_tokens: null,
        },
    prompt_tokens_details: isBare
      ? null
      : { audio_tokens: null, cached_tokens: answer.cachedTokens },
  };
}
