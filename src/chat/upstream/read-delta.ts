import {
  FINISH_REASONS,
  type Delta,
  type FinishReason,
  type TokenUsage,
  type ToolCallDelta,
} from '../chat-chunk.ts';
import { dropNulls } from './drop-nulls.ts';

/** Internals of the software behind Poe, and a legacy twin of `tool_calls`: not for clients. */
const LEFT_OUT = ['provider_specific_fields', 'function_call', 'reasoning', 'role', 'audio'];

/** A `delta` of a stream or the `message` of a JSON answer, in either dialect, made uniform. */
export function readDelta(source: unknown): Delta {
  const members = (dropNulls(source) ?? {}) as Record<string, unknown>;
  const { reasoning, role } = members;
  for (const name of LEFT_OUT) Reflect.deleteProperty(members, name);
  // The legacy dialect sends the thoughts twice, some bots only under the old name.
  if (members.reasoning_content === undefined && typeof reasoning === 'string') {
    members.reasoning_content = reasoning;
  }
  const calls: unknown = members.tool_calls;
  // Some bots send an empty list with every chunk; no tool is called by that.
  if (Array.isArray(calls) && calls.length > 0) members.tool_calls = calls.map(readToolCall);
  else Reflect.deleteProperty(members, 'tool_calls');
  return role === 'assistant' ? { role, ...members } : members;
}

/** Google's streams leave `index` out: the place in the list stands in. */
function readToolCall(call: unknown, place: number): ToolCallDelta {
  const { index, ...rest } = (call ?? {}) as Record<string, unknown>;
  return { index: typeof index === 'number' ? index : place, ...rest };
}

/** What some providers say instead of OpenAI's words. */
const OTHER_WORDS = new Map<string, FinishReason>([
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['safety', 'content_filter'],
]);

/** Null for an absent reason; an unknown word means that the model stopped. */
export function readFinishReason(reason: unknown): FinishReason | null {
  if (typeof reason !== 'string' || reason === '') return null;
  const said = reason.toLowerCase();
  return FINISH_REASONS.find((word) => word === said) ?? OTHER_WORDS.get(said) ?? 'stop';
}

/** Undefined when there are no counts in it. */
export function readUsage(source: unknown): TokenUsage | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const usage = dropNulls(source) as Record<string, unknown>;
  const { prompt_tokens: prompt, completion_tokens: completion } = usage;
  if (typeof prompt !== 'number' || typeof completion !== 'number') return undefined;
  const total = usage.total_tokens;
  return {
    ...usage,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: typeof total === 'number' ? total : prompt + completion,
  };
}
