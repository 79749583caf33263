import { describe, expect, it } from 'vitest';
import { isContextOverflow, isRepairable } from './is-repairable.ts';
import { UpstreamError } from './upstream-error.ts';

function failure(status: number, message: string, code?: string, type?: string): UpstreamError {
  return new UpstreamError({ kind: 'status', status, message, code, type });
}

const body = { model: 'GPT', messages: [], max_tokens: 100 };

describe('isRepairable', () => {
  it.each([
    [400, true],
    [422, true],
    [401, false],
    [402, false],
    [403, false],
    [404, false],
    [413, false],
    [429, false],
    [500, false],
  ])('a refusal with %i without a reason: %s', (status, repairable) => {
    expect(isRepairable(failure(status, 'Bad request.'), body, 0)).toBe(repairable);
  });

  it.each([
    ['Input is too long for requested model.'],
    ['prompt is too long: 210000 tokens'],
    ['The text is too long for this model'],
    ["This model's maximum context length is 8192 tokens."],
    ['exceeds the context window'],
    ['over the context_limit'],
    ['too many tokens'],
    ['Too many input tokens'],
    ['Please reduce the length of the messages.'],
    ['Your message was flagged.'],
    ['Rejected by moderation'],
    ['Refused by the content policy'],
    ['content_filter'],
    ['content management policy'],
    ['the safety system'],
    ['Invalid generation request. Please try again with a different prompt.'],
    ['inappropriate words'],
    ['This violates our rules'],
    ['Model does not support responses method.'],
    ['litellm: tools is not supported in this model.'],
    ['This is not a chat model'],
  ])('not when it says %j', (message) => {
    expect(isRepairable(failure(400, message), body, 0)).toBe(false);
  });

  it('not when the code or the type says so', () => {
    expect(isRepairable(failure(400, 'No.', 'unsupported_feature_for_model'), body, 0)).toBe(false);
    expect(isRepairable(failure(400, 'No.', 'context_length_exceeded'), body, 0)).toBe(false);
    expect(isRepairable(failure(400, 'No.', undefined, 'moderation_error'), body, 0)).toBe(false);
  });

  it('always when a field explains it', () => {
    const message = 'Too many tokens: reduce the length or max_tokens.';
    expect(isRepairable(failure(400, message), body, 0)).toBe(true);
    expect(isRepairable(failure(400, message), { model: 'GPT' }, 0)).toBe(false);
    expect(isRepairable(failure(400, message), body, 60_000)).toBe(true);
  });

  it('not when the refusal took longer than a look at the form', () => {
    expect(isRepairable(failure(400, 'Failed.'), body, 5000)).toBe(true);
    expect(isRepairable(failure(400, 'Failed.'), body, 5001)).toBe(false);
  });
});

describe('isContextOverflow', () => {
  it.each([
    [413, 'No.', undefined, true],
    [400, 'Input is too long for requested model.', undefined, true],
    [400, 'No.', 'context_length_exceeded', true],
    [400, 'No.', undefined, false],
    [429, 'too many tokens', undefined, false],
  ])('%i %j (%s): %s', (status, message, code, overflow) => {
    expect(isContextOverflow(failure(status, message, code))).toBe(overflow);
  });
});
