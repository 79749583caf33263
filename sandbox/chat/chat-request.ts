import { isJsonObject, type JsonObject } from '../json.ts';

/** Any JSON object that was posted; nothing in it is known to be valid. */
export type ChatRequest = JsonObject;

export function messagesOf(request: ChatRequest): JsonObject[] {
  return Array.isArray(request.messages) ? request.messages.filter(isJsonObject) : [];
}

export function toolsOf(request: ChatRequest): JsonObject[] {
  return Array.isArray(request.tools) ? request.tools.filter(isJsonObject) : [];
}

/** Text of a message; of parts, the text parts. */
export function textOf(message: JsonObject | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isJsonObject)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n');
}

export function lastUserText(request: ChatRequest): string {
  return textOf(messagesOf(request).findLast((message) => message.role === 'user'));
}

/** The smaller of the two limits on the output; undefined if neither is set. */
export function maxTokensOf(request: ChatRequest): number | undefined {
  const limits = [request.max_tokens, request.max_completion_tokens];
  const set = limits.filter((limit) => typeof limit === 'number');
  return set.length === 0 ? undefined : Math.min(...set);
}

export function wantsUsage(request: ChatRequest): boolean {
  return isJsonObject(request.stream_options) && request.stream_options.include_usage === true;
}

/** Fields with `null` count as absent, as they do in OpenAI's schema. */
export function presentFields(request: ChatRequest): string[] {
  return Object.keys(request).filter((name) => request[name] !== null);
}
