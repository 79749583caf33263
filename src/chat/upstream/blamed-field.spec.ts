import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { blamedField, touchesOf } from './blamed-field.ts';
import { UpstreamError } from './upstream-error.ts';

function refusal(message: string, param?: string): UpstreamError {
  return new UpstreamError({ kind: 'status', status: 400, message, param });
}

const body = {
  model: 'GPT',
  messages: [],
  tools: [],
  max_tokens: 100_000,
  temperature: 1.5,
  user: 'ann',
  reasoning_effort: 'high',
  thinking_budget: 50_000,
  'top-k': 5,
};

describe('blamedField', () => {
  it.each([
    ['the param', 'Invalid value.', 'temperature', 'temperature'],
    ['a path in the param', 'Invalid value.', 'thinking_budget.value', 'thinking_budget'],
    ['a list in the param', 'Invalid value.', 'max_tokens[0]', 'max_tokens'],
    ['the param before the text', 'max_tokens is too large.', 'temperature', 'temperature'],
    ['the text when the param is essential', 'max_tokens is too large.', 'messages', 'max_tokens'],
    ['the text when the param is not sent', 'max_tokens is too large.', 'top_p', 'max_tokens'],
    [
      'what comes first in the text',
      'thinking_budget must exceed max_tokens.',
      undefined,
      'thinking_budget',
    ],
    [
      'a foreign field',
      'thinking_budget: Extra inputs are not permitted',
      undefined,
      'thinking_budget',
    ],
    ['a quoted word', "Unsupported value: 'user' must be short.", undefined, 'user'],
    ['a word in backticks', 'the field `temperature` is bad', undefined, 'temperature'],
    ['a word in double quotes', 'the field "temperature" is bad', undefined, 'temperature'],
    ['a word at the start', 'temperature must be at most 1.', undefined, 'temperature'],
    [
      'a word with its value',
      'this model does not support temperature=1.5.',
      undefined,
      'temperature',
    ],
    [
      'a word called an argument',
      'Unrecognized request argument supplied: user',
      undefined,
      'user',
    ],
    ['a word called a parameter', 'Unsupported parameter: temperature', undefined, 'temperature'],
    ['a name that is no word', 'Unknown field: "top-k"', undefined, 'top-k'],
    [
      'the field of the unsupported value',
      "Unsupported value: 'high' is not supported.",
      undefined,
      'reasoning_effort',
    ],
  ])('finds %s', (_, message, param, field) => {
    expect(blamedField(body, refusal(message, param))?.field).toBe(field);
  });

  it.each([
    ['no field', 'Something is wrong.', undefined],
    ['an essential field', "Invalid 'tools'.", 'tools'],
    ['an ordinary word', 'The user is at a high temperature.', undefined],
    ['the beginning of a word', 'users are many', undefined],
    ['a longer name', 'max_tokens_total and x_max_tokens are bad', undefined],
    ['a field that is not sent', 'top_p must be at most 1', 'top_p'],
    ['a member of every object', 'Invalid.', 'constructor'],
    ['a value that nobody sent', "Unsupported value: 'low' is not supported.", undefined],
    ['an empty param', 'Invalid.', ''],
  ])('blames nobody for %s', (_, message, param) => {
    expect(blamedField(body, refusal(message, param))).toBeUndefined();
  });

  it('blames nobody for a value that two fields have', () => {
    const twice = { ...body, verbosity: 'high' };
    expect(blamedField(twice, refusal("Unsupported value: 'high' is not supported."))).toBe(
      undefined,
    );
  });

  it.each([
    ['max_tokens: at most 16384 completion tokens', 16_384],
    ['max_tokens must be less than or equal to 8,192', 8192],
    ['max_tokens: 100000 > 64_000, which is the maximum', 64_000],
    ['max_tokens is limited, the maximum value is 4096.', 4096],
    ['max_tokens is limited, the maximum allowed number of 4096 is passed', 4096],
    ['max_tokens: maximum allowed: 4096', 4096],
    ['max_tokens: maximum: `4096`', 4096],
    ['max_tokens is up to 4096', 4096],
    ['max_tokens: no more than 4096', 4096],
    ['max_tokens must be <= 4096', 4096],
    ['max_tokens must be ≤4096', 4096],
    ['max_tokens: at most 1000 of this, AT MOST 2000 of that', 2000],
    ['max_tokens: at most 200000, or up to 4096', 4096],
    ['max_tokens must be at least 200000', undefined],
    ['max_tokens must be at most 0', undefined],
    ['max_tokens: at most 100000', undefined],
    ['max_tokens is too large', undefined],
    ['max_tokens 4096', undefined],
  ])('reads the limit in %j as %j', (message, allowed) => {
    expect(blamedField(body, refusal(message))?.allowed).toBe(allowed);
  });

  it('reads a limit that is no whole number', () => {
    const error = refusal('temperature must be at most 0.95.');
    expect(blamedField(body, error)).toEqual({
      field: 'temperature',
      allowed: 0.95,
      touches: 'above',
    });
  });

  it.each([
    ["Unsupported value: 'high' is not supported. Supported values are: 'medium'.", 'medium'],
    ['reasoning_effort is bad; valid values are "medium"', 'medium'],
    ["reasoning_effort is bad. Supported values are: 'medium'. \n", 'medium'],
    ['reasoning_effort is bad; allowed values are: `medium`', 'medium'],
    ["reasoning_effort is bad. Supported values are: 'low' and 'medium'.", undefined],
    ['reasoning_effort must be at most 3', undefined],
  ])('reads the only value in %j as %j', (message, allowed) => {
    expect(blamedField(body, refusal(message))?.allowed).toBe(allowed);
  });

  it('reads no limit for a value that is neither number nor text', () => {
    const error = refusal('at most 5 allowed', 'logit_bias');
    expect(blamedField({ logit_bias: {} }, error)?.allowed).toBeUndefined();
    expect(blamedField({ logit_bias: [9] }, error)?.allowed).toBeUndefined();
  });

  it('is total over any body and any text, and names only members that may go', () => {
    const text = fc.string({ unit: anyCharacter });
    fc.assert(
      fc.property(fc.dictionary(text, fc.jsonValue()), text, text, (members, message, param) => {
        const names = Object.keys(members);
        const error = refusal(`${message}"${names.join('" "')}"`, param);
        const blame = blamedField(members, error);
        if (names.length > 0) expect(names).toContain(blame?.field);
        else expect(blame).toBeUndefined();
      }),
    );
  });

  it('does not stumble over a value that cannot be written as a text', () => {
    const error = refusal("Unsupported value: 'high' is not supported with this model.");
    const body = { odd: { toString: 1 }, effort: 'high' };
    expect(blamedField(body, error)?.field).toBe('effort');
  });

  it('looks for no name that the text cannot have', () => {
    const names = Array.from({ length: 100_000 }, (_, i) => [`field_${i}`, 1] as const);
    const huge = Object.fromEntries([...names, ['x'.repeat(10_000_000), 1]]);
    expect(blamedField(huge, refusal('field_99999 is bad'))?.field).toBe('field_99999');
  });
});

describe('touchesOf', () => {
  it.each([
    ['max_tokens', 4096, 'at most 4096', 'above'],
    ['max_tokens', undefined, 'max_tokens is too large', 'above'],
    ['max_completion_tokens', undefined, 'Invalid.', 'above'],
    ['max_tokens', undefined, 'must be at least 16', 'equal'],
    ['max_tokens', undefined, 'integer below minimum value', 'equal'],
    ['max_tokens', undefined, 'the minimum is 16', 'equal'],
    ['max_tokens', undefined, 'must be greater than 0', 'equal'],
    ['max_tokens', undefined, 'is too small', 'equal'],
    ['max_tokens', undefined, 'is too low', 'equal'],
    ['max_tokens', undefined, 'must be >= 16', 'equal'],
    ['max_tokens', undefined, "Unsupported parameter: 'max_tokens'", 'all'],
    ['temperature', 1, 'at most 1', 'above'],
    ['temperature', undefined, 'temperature is bad', 'equal'],
    ['temperature', undefined, 'Unsupported field', 'all'],
    ['temperature', undefined, 'Unrecognized request argument', 'all'],
    ['temperature', undefined, 'unknown parameter', 'all'],
    ['temperature', undefined, 'unknown name', 'all'],
    ['temperature', undefined, 'Extra inputs are not permitted', 'all'],
    ['temperature', undefined, 'extra fields', 'all'],
    ['temperature', undefined, 'parameter temperature is not supported', 'all'],
    ['temperature', undefined, 'the model does not support the parameter', 'all'],
    ['temperature', undefined, 'does not support field x', 'all'],
    ['temperature', 1, 'parameter temperature: 1.5 is not supported, at most 1', 'above'],
    ['reasoning_effort', 'medium', "'high' is not supported", 'equal'],
    ['thinking_budget', undefined, 'Invalid.', 'all'],
    ['thinking_budget', 24_576, 'thinking_budget must be at most 24576', 'above'],
    ['thinking_level', 'high', "Supported values are: 'high'", 'equal'],
  ])('%s, allowed %j, with %j touches %s values', (field, allowed, text, touches) => {
    expect(touchesOf(field, allowed, text)).toBe(touches);
  });
});
