import type { Bot } from '../bots/bot.ts';
import { CONTEXT_OVERFLOW } from '../errors/error-catalogue.ts';
import { invalidParameter, invalidRequest, type PoeError } from '../errors/poe-error.ts';
import { type ChatRequest, maxTokensOf, toolsOf } from './chat-request.ts';

/** What this one bot, or the provider behind it, does not take. Recorded texts where there are. */
export function refuseByBot(
  request: ChatRequest,
  bot: Bot,
  promptTokens: number,
): PoeError | undefined {
  return (
    refuseChat(bot) ??
    refuseTools(request, bot) ??
    refuseEffort(request, bot) ??
    refuseTemperature(request, bot) ??
    refuseMaxTokens(request, bot) ??
    refuseLength(bot, promptTokens)
  );
}

function refuseChat(bot: Bot): PoeError | undefined {
  if (bot.servesChat) return undefined;
  return invalidRequest(
    'litellm.BadRequestError: OpenAIException - This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
  );
}

function refuseTools(request: ChatRequest, bot: Bot): PoeError | undefined {
  if (toolsOf(request).length === 0) return undefined;
  switch (bot.tools) {
    case 'supported':
      return undefined;
    case 'refused-by-poe':
      return invalidParameter(
        'model',
        `Model ${bot.id} does not support tool calling. Use a tool-capable model or remove tools from the request.`,
        'unsupported_feature_for_model',
      );
    case 'refused-by-provider':
      return invalidRequest(
        'litellm.BadRequestError: OpenAIException - tools is not supported in this model. For a list of supported models, refer to https://platform.openai.com/docs/guides/function-calling#models-supporting-function-calling.',
      );
    case 'provider-error':
      return {
        status: 500,
        body: { shape: 'error-id', type: 'provider_error', message: 'Internal server error' },
      };
  }
}

function refuseEffort(request: ChatRequest, bot: Bot): PoeError | undefined {
  const effort = request.reasoning_effort;
  if (typeof effort !== 'string' || bot.efforts?.includes(effort) !== false) return undefined;
  const supported = bot.efforts.map((name) => `'${name}'`).join(', ');
  const message = `Unsupported value: '${effort}' is not supported with the '${bot.providerModel}' model. Supported values are: ${supported}.`;
  return { status: 400, body: { shape: 'bare', type: 'invalid_request_error', message } };
}

function refuseTemperature(request: ChatRequest, bot: Bot): PoeError | undefined {
  const { temperature } = request;
  if (!bot.refusesTemperature || typeof temperature !== 'number' || temperature === 1) {
    return undefined;
  }
  return invalidParameter(
    'temperature',
    `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`,
    'unsupported_value',
  );
}

/** Out-of-range values go to the provider and come back as its 400, in its words. */
function refuseMaxTokens(request: ChatRequest, bot: Bot): PoeError | undefined {
  const limit = bot.context?.max_output_tokens ?? Infinity;
  const asked = maxTokensOf(request) ?? 0;
  if (asked <= limit) return undefined;
  if (bot.family !== 'anthropic') {
    return invalidRequest(
      `max_tokens is too large: ${asked}. This model supports at most ${limit} completion tokens, whereas you provided ${asked}.`,
    );
  }
  const message = `max_tokens: ${asked} > ${limit}, which is the maximum allowed number of output tokens for ${bot.providerModel}`;
  return invalidRequest(
    JSON.stringify({
      type: 'error',
      error: { type: 'invalid_request_error', message },
      request_id: 'req_vrtx_011CZkQ8yTtV4mJ2pWc7nRfa',
    }),
  );
}

/** Of a media bot the catalogue's context length is something else, a prompt length. */
function refuseLength(bot: Bot, promptTokens: number): PoeError | undefined {
  const limit = bot.context?.context_length ?? Infinity;
  return bot.kind === 'text' && promptTokens > limit ? CONTEXT_OVERFLOW : undefined;
}
