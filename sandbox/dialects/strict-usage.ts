import type { Bot } from '../bots/bot.ts';
import { type Answer, completionTokensOf, reasoningTokensOf } from '../chat/answer.ts';
import type { JsonObject } from '../json.ts';

/**
 * The counts that are billed, in the form of each provider. xAI's reasoning is outside both
 * `completion_tokens` and the total, though it is billed; everybody else's is inside.
 */
export function strictUsage(answer: Answer, bot: Bot): JsonObject {
  const reasoning = reasoningTokensOf(answer);
  const visible = completionTokensOf(answer);
  const completion = bot.family === 'xai' ? visible : visible + reasoning;
  return {
    completion_tokens: completion,
    prompt_tokens: answer.promptTokens,
    total_tokens: answer.promptTokens + completion,
    ...details(bot, answer.cachedTokens, { visible, reasoning }),
  };
}

function details(
  bot: Bot,
  cached: number,
  { visible, reasoning }: { visible: number; reasoning: number },
): JsonObject {
  switch (bot.family) {
    case 'anthropic':
      return anthropicDetails(cached, { visible, reasoning });
    case 'google':
      return {
        completion_tokens_details: { reasoning_tokens: reasoning, text_tokens: visible },
        prompt_tokens_details: {
          audio_tokens: null,
          cached_tokens: cached,
          text_tokens: null,
          image_tokens: null,
        },
      };
    case 'openai':
    case 'xai':
    case 'hosted':
      return {
        completion_tokens_details: {
          accepted_prediction_tokens: 0,
          audio_tokens: 0,
          reasoning_tokens: reasoning,
          rejected_prediction_tokens: 0,
        },
        prompt_tokens_details: { audio_tokens: 0, cached_tokens: cached },
      };
  }
}

/** As recorded on 13 April 2026 from claude-haiku-4.5. */
function anthropicDetails(
  cached: number,
  { visible, reasoning }: { visible: number; reasoning: number },
): JsonObject {
  return {
    completion_tokens_details: { reasoning_tokens: reasoning, text_tokens: visible },
    prompt_tokens_details: {
      audio_tokens: null,
      cached_tokens: cached,
      text_tokens: null,
      image_tokens: null,
      video_tokens: null,
      cache_creation_tokens: 0,
      cache_creation_token_details: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    },
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    inference_geo: null,
    speed: null,
  };
}
