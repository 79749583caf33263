import { isJsonObject } from '../json.ts';

type Check = readonly [isValid: (value: unknown) => boolean, expected: string];

const ANYTHING: Check = [() => true, 'anything'];
const BOOLEAN: Check = [(value) => typeof value === 'boolean', 'a boolean'];
const INTEGER: Check = [Number.isInteger, 'an integer'];
const STRING: Check = [(value) => typeof value === 'string', 'a string'];
const OBJECT: Check = [isJsonObject, 'an object'];
const ARRAY: Check = [Array.isArray, 'an array'];

/** The fields of OpenAI's request schema, with as much of their types as Poe documents. */
export const OPENAI_FIELDS: Readonly<Record<string, Check>> = {
  model: STRING,
  messages: [(value) => Array.isArray(value) && value.length > 0, 'a non-empty array'],
  stream: BOOLEAN,
  stream_options: OBJECT,
  max_tokens: positiveInteger(),
  max_completion_tokens: positiveInteger(),
  temperature: numberBetween(0, 2),
  top_p: numberBetween(0, 1),
  n: [(value) => value === 1, '1'],
  stop: [isStop, 'a string or an array of at most 4 strings'],
  tools: ARRAY,
  tool_choice: [(value) => typeof value === 'string' || isJsonObject(value), 'a string or object'],
  parallel_tool_calls: BOOLEAN,
  response_format: OBJECT,
  logprobs: BOOLEAN,
  top_logprobs: INTEGER,
  reasoning_effort: STRING,
  verbosity: STRING,
  seed: INTEGER,
  user: STRING,
  metadata: OBJECT,
  store: BOOLEAN,
  service_tier: STRING,
  prediction: OBJECT,
  presence_penalty: numberBetween(-2, 2),
  frequency_penalty: numberBetween(-2, 2),
  logit_bias: OBJECT,
  modalities: ARRAY,
  audio: OBJECT,
  functions: ARRAY,
  function_call: ANYTHING,
  web_search_options: OBJECT,
  safety_identifier: STRING,
  prompt_cache_key: STRING,
  prompt_cache_retention: STRING,
  moderation: OBJECT,
};

function positiveInteger(): Check {
  return [(value) => Number.isInteger(value) && Number(value) >= 1, 'a positive integer'];
}

function numberBetween(minimum: number, maximum: number): Check {
  return [
    (value) => typeof value === 'number' && value >= minimum && value <= maximum,
    `a number from ${minimum} to ${maximum}`,
  ];
}

function isStop(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length <= 4 && value.every((item) => STRING[0](item));
}
