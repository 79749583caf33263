/** A request body on its way to Poe. */
export type Body = Readonly<Record<string, unknown>>;

/** Never dropped by a repair: without them the answer would be one to another question. */
const ESSENTIAL = new Set([
  'model',
  'messages',
  'stream',
  'tools',
  'tool_choice',
  'response_format',
  'functions',
  'function_call',
]);

export const TOKEN_LIMITS = ['max_tokens', 'max_completion_tokens'] as const;

/** The other members of OpenAI's request (OpenAPI document, CreateChatCompletionRequest). */
const OPTIONAL = new Set<string>([
  ...TOKEN_LIMITS,
  'audio',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'metadata',
  'modalities',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream_options',
  'temperature',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
]);

/** What kind of member of a request body `name` is; `foreign` is none of OpenAI's. */
export function kindOfField(name: string): 'essential' | 'token-limit' | 'optional' | 'foreign' {
  if (ESSENTIAL.has(name)) return 'essential';
  if (name === 'max_tokens' || name === 'max_completion_tokens') return 'token-limit';
  return OPTIONAL.has(name) ? 'optional' : 'foreign';
}

export function withoutFields(body: Body, fields: readonly string[]): Body {
  const going = new Set(fields);
  return Object.fromEntries(Object.entries(body).filter(([name]) => !going.has(name)));
}
