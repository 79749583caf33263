import type { Bot } from '../bots/bot.ts';
import { type Answer, joinPieces, type ToolCall } from '../chat/answer.ts';
import type { JsonObject } from '../json.ts';
import type { AnswerHead, Dialect, HeadContext } from './dialect.ts';
import { strictUsage } from './strict-usage.ts';

/** The keys and their order are those of recordings of April 2026. */
export const STRICT_DIALECT: Dialect = {
  name: 'strict',

  head(context) {
    return {
      id: completionId(context),
      created: Math.floor(context.now / 1000),
      model: context.bot.providerModel,
      bot: context.bot,
    };
  },

  usage(answer, { bot }) {
    return strictUsage(answer, bot);
  },

  completion(head, answer, usage) {
    const choice = { finish_reason: answer.finishReason, index: 0, message: message(head, answer) };
    return {
      id: head.id,
      created: head.created,
      model: head.model,
      object: 'chat.completion',
      system_fingerprint: fingerprint(head.bot),
      choices: [choice],
      ...(usage === undefined ? {} : { usage }),
      ...(head.bot.family === 'openai' ? { service_tier: 'default' } : {}),
    };
  },

  chunk(head, delta, finishReason, usage) {
    return {
      id: head.id,
      created: head.created,
      model: head.model,
      object: 'chat.completion.chunk',
      system_fingerprint: fingerprint(head.bot),
      choices: delta === undefined ? [] : [{ finish_reason: finishReason, index: 0, delta }],
      ...(usage === undefined ? {} : { usage }),
    };
  },

  roleDelta() {
    return { role: 'assistant', content: '' };
  },

  reasoningDelta(text) {
    return { reasoning_content: text };
  },

  toolCallDelta(head, index, text, call) {
    const item = call === undefined ? { function: { arguments: text } } : toolCall(call, text);
    // Google's streams leave the index out.
    const isIndexed = head.bot.family !== 'google';
    return { tool_calls: [{ ...(isIndexed ? { index } : {}), ...item }] };
  },
};

function message(head: AnswerHead, answer: Answer): JsonObject {
  const calls = answer.toolCalls.map((call, index) => ({
    index,
    ...toolCall(call, joinPieces(call.arguments)),
  }));
  const reasoning = joinPieces(answer.reasoning);
  return {
    content: calls.length > 0 ? null : joinPieces(answer.content),
    role: 'assistant',
    tool_calls: calls.length > 0 ? calls : null,
    function_call: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...providerFields(head.bot, reasoning),
  };
}

function toolCall(call: ToolCall, text: string): JsonObject {
  return {
    function: { arguments: text, name: call.name },
    id: call.id,
    type: 'function',
    ...(call.thoughtSignature === undefined
      ? {}
      : { extra_content: { google: { thought_signature: call.thoughtSignature } } }),
  };
}

function providerFields(bot: Bot, reasoning: string): JsonObject {
  if (bot.family === 'anthropic') {
    const blocks = [{ type: 'thinking', thinking: reasoning, signature: 'c2FuZGJveA==' }];
    return {
      provider_specific_fields: {
        citations: null,
        thinking_blocks: reasoning === '' ? null : blocks,
      },
    };
  }
  return bot.family === 'openai'
    ? { provider_specific_fields: { refusal: null }, annotations: [] }
    : { provider_specific_fields: {} };
}

function fingerprint(bot: Bot): string | null {
  return bot.family === 'openai' ? 'fp_5b0cf3ea2d' : null;
}

function completionId({ bot, random, callNumber }: HeadContext): string {
  const purpose = ['completion', callNumber];
  switch (bot.family) {
    case 'openai':
      return `chatcmpl-D${random.base62(28, ...purpose)}`;
    case 'google':
      return `${random.base62(14, ...purpose)}-${random.base62(8, 'tail', ...purpose)}`;
    case 'anthropic':
    case 'xai':
    case 'hosted':
      return `chatcmpl-${random.uuid(...purpose)}`;
  }
}
