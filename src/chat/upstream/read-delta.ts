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

type Members = Record<string, unknown>;

/** Clients put their pieces one after the other. */
const TEXTS = ['content', 'reasoning_content', 'refusal'];

/** A `delta` of a stream or the `message` of a JSON answer, in either dialect, made uniform. */
export function readDelta(source: unknown): Delta {
  const members = recordOf(source);
  const { role, reasoning } = members;
  const delta: Members = role === 'assistant' ? { role } : {};
  for (const name in members) addMember(delta, name, members[name]);
  // The legacy dialect sends the thoughts twice, some bots only under the old name.
  if (delta.reasoning_content === undefined && typeof reasoning === 'string') {
    delta.reasoning_content = reasoning;
  }
  return delta;
}

function addMember(delta: Members, name: string, value: unknown): void {
  if (value === null || LEFT_OUT.includes(name)) return;
  if (TEXTS.includes(name)) {
    if (typeof value === 'string') delta[name] = value;
  } else if (name === 'tool_calls') {
    // Some bots send an empty list with every chunk; no tool is called by that.
    if (Array.isArray(value) && value.length > 0) {
      delta.tool_calls = value.map(dropNulls).map(readToolCall);
    }
  } else if (name === '__proto__') {
    Object.defineProperty(delta, name, { value: dropNulls(value), enumerable: true });
  } else delta[name] = dropNulls(value);
}

/** Google's streams leave `index` out: the place in the list stands in. */
function readToolCall(call: unknown, place: number): ToolCallDelta {
  const { index, id, function: called, ...rest } = recordOf(call);
  return {
    index: isCount(index) ? index : place,
    ...(typeof id === 'string' && { id }),
    ...rest,
    ...(isRecord(called) && { function: readFunction(called) }),
  };
}

function readFunction({
  name,
  arguments: given,
  ...rest
}: Members): NonNullable<ToolCallDelta['function']> {
  return {
    ...rest,
    ...(typeof name === 'string' && { name }),
    // Some write the arguments themselves instead of their JSON.
    ...(isRecord(given) && { arguments: JSON.stringify(given) }),
    ...(typeof given === 'string' && { arguments: given }),
  };
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
  const usage = recordOf(dropNulls(source));
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  if (!isCount(prompt) || !isCount(completion)) return undefined;
  const details = usage.completion_tokens_details;
  if (isCount(total) && isRecord(details) && isCount(details.reasoning_tokens ?? 0)) {
    return usage as unknown as TokenUsage;
  }
  const { completion_tokens_details: _, ...others } = usage;
  return {
    ...others,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: isCount(total) ? total : prompt + completion,
    ...(isRecord(details) && { completion_tokens_details: readDetails(details) }),
  };
}

function readDetails({ reasoning_tokens: reasoning, ...details }: Members) {
  return { ...details, ...(isCount(reasoning) && { reasoning_tokens: reasoning }) };
}

/**
 * Of tokens, or the index of a tool call: far above either, and still exact when added up. JSON has
 * `1e999`, and one infinite count would spoil every sum that it comes into, for good.
 */
const MOST_COUNTED = 2 ** 31;

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MOST_COUNTED;
}

function recordOf(value: unknown): Members {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
