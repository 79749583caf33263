import { createHash } from 'node:crypto';

import { isJsonObject } from '../json.ts';
import type { Answer, ToolCall } from './answer.ts';
import type { AnswerContext } from './answer-context.ts';
import { answerText } from './answer-text.ts';
import { type ChatRequest, lastUserText, maxTokensOf } from './chat-request.ts';
import { composeReasoning } from './compose-reasoning.ts';
import { composeToolCall } from './compose-tool-call.ts';
import { exampleOfSchema } from './example-of-schema.ts';
import { limitOutput } from './limit-output.ts';
import { mediaContent } from './media-content.ts';
import { countTokens, type Piece, splitIntoPieces } from './tokens.ts';

/** Depends on the seed, the prompt and the scenario; only ids depend on the call's number. */
export function composeAnswer(context: AnswerContext): Answer {
  const { request, bot, parameters, random, callNumber } = context;
  const prompt = promptHash(request);
  const speaks = bot.kind === 'text' && context.scenario.answer !== 'empty';
  const isScripted = parameters.say !== undefined || parameters.size !== undefined;
  const call =
    speaks && !isScripted ? composeToolCall(request, bot, random, callNumber) : undefined;
  const answer: Answer = {
    promptTokens: context.promptTokens,
    cachedTokens: cachedTokens(context),
    ...composeReasoning(context, prompt, call !== undefined),
    content: call === undefined ? content(context, prompt) : [],
    toolCalls: call === undefined ? [] : [call],
    finishReason: finishReason(call),
  };
  return limitOutput(answer, bot, maxTokensOf(request));
}

/** Nearly all of a provider's hidden prompt comes from its cache. */
function cachedTokens({ parameters, bot, promptTokens }: AnswerContext): number {
  const hidden = parameters.prompt === undefined ? bot.hiddenPromptTokens : 0;
  return Math.min(parameters.cached ?? hidden, promptTokens);
}

function finishReason(call: ToolCall | undefined): Answer['finishReason'] {
  return call === undefined ? 'stop' : 'tool_calls';
}

function content(context: AnswerContext, prompt: string): Piece[] {
  const { request, bot, parameters, random } = context;
  if (context.scenario.answer === 'empty') return [];
  if (parameters.say !== undefined) return splitIntoPieces(parameters.say);
  if (parameters.size !== undefined) return [blockOf(parameters.size)];
  if (bot.kind !== 'text') return mediaContent({ ...context, prompt: lastUserText(request) });
  const json = structuredExample(request);
  if (json !== undefined) return splitIntoPieces(JSON.stringify(json));
  const tokens = parameters.tokens ?? random.integer(16, 96, 'completion tokens', prompt);
  return answerText(random, tokens, 'answer', prompt);
}

/** Documented as ignored, recorded as obeyed. */
function structuredExample(request: ChatRequest): unknown {
  const format = request.response_format;
  if (!isJsonObject(format)) return undefined;
  if (format.type === 'json_object') return { answer: 'sandbox', ok: true };
  if (format.type !== 'json_schema') return undefined;
  const schema = isJsonObject(format.json_schema) ? format.json_schema.schema : undefined;
  return exampleOfSchema(schema ?? { type: 'object' }, 'sandbox');
}

function blockOf(bytes: number): Piece {
  const text = 'sandbox '.repeat(Math.ceil(bytes / 8)).slice(0, bytes);
  return { text, tokens: countTokens(text) };
}

function promptHash(request: ChatRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(request.messages ?? null))
    .digest('hex');
}
