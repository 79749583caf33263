import { catalogue } from '../../errors/catalogue.ts';

type Rule = readonly [name: string, isValid: (value: unknown) => boolean, complaint: string];

const isString = (value: unknown) => typeof value === 'string';
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isObject = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
const isTokens = (value: unknown) => Number.isInteger(value) && (value as number) >= 1;
const isFrom = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && value >= least && value <= most;

const TOKENS = 'must be a whole number of tokens, at least 1';

const REQUIRED: readonly Rule[] = [
  ['model', isString, 'must be a string'],
  ['model', (value) => value !== '', 'must be the name of a model'],
  ['model', (value) => (value as string).length <= 256, 'must have at most 256 characters'],
  // What goes before the slash may be anything, is kept on the ledger, and PostgreSQL takes no NUL.
  ['model', (value) => !/\p{Cc}/u.test(value as string), 'must have no control characters'],
];

/** What is `null` counts as absent, as it does at OpenAI. */
const OPTIONAL: readonly Rule[] = [
  ['stream', isBoolean, 'must be true or false'],
  ['stream_options', isObject, 'must be an object'],
  ['max_tokens', isTokens, TOKENS],
  ['max_completion_tokens', isTokens, TOKENS],
  ['temperature', isFrom(0, 2), 'must be a number from 0 to 2'],
  ['top_p', isFrom(0, 1), 'must be a number from 0 to 1'],
  ['seed', Number.isInteger, 'must be a whole number'],
  ['tools', Array.isArray, 'must be a list'],
  ['tools', (value) => (value as unknown[]).length <= 1024, 'must have at most 1024 entries'],
  ['parallel_tool_calls', isBoolean, 'must be true or false'],
  ['response_format', isObject, 'must be an object such as {"type": "json_object"}'],
  ['reasoning_effort', isString, 'must be a string'],
  ['user', isString, 'must be a string'],
  ['stop', isStop, 'must be a string or a list of strings'],
];

/**
 * Checks the flat members of a body; `messages` has a check of its own. A table and not decorators:
 * class-validator took 12 µs and 17 KB for each request, which is as much as all guards together.
 * @throws ApiError 400 that names the first member at fault
 */
export function checkHead(body: Readonly<Record<string, unknown>>): void {
  for (const rule of REQUIRED) check(rule, body[rule[0]]);
  for (const rule of OPTIONAL) {
    const value = body[rule[0]];
    if (value !== undefined && value !== null) check(rule, value);
  }
}

function check([name, isValid, complaint]: Rule, value: unknown): void {
  if (!isValid(value)) throw catalogue.invalidRequest(`${name} ${complaint}`, name);
}

function isStop(value: unknown): boolean {
  return isString(value) || (Array.isArray(value) && value.every(isString));
}
