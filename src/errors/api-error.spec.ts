import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.ts';

const facts = { status: 400, type: 'invalid_request_error', code: 'bad', message: 'Not so.' };

describe('ApiError', () => {
  it('has an envelope of exactly the four members of OpenAI', () => {
    expect(new ApiError({ ...facts, param: 'messages[1].role' }).toEnvelope()).toEqual({
      error: {
        message: 'Not so.',
        type: 'invalid_request_error',
        param: 'messages[1].role',
        code: 'bad',
      },
    });
    expect(new ApiError(facts).toEnvelope().error.param).toBeNull();
  });

  it('keeps its cause to itself', () => {
    const error = new ApiError(facts, { cause: new Error('a secret') });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(error.toEnvelope())).not.toContain('secret');
  });

  it.each([400, 401, 402, 403, 404, 413, 415, 422, 499])(
    'tells SDKs not to repeat %i',
    (status) => {
      expect(new ApiError({ ...facts, status }).headers).toEqual({ 'x-should-retry': 'false' });
    },
  );

  it.each([408, 409, 429, 500, 502, 503, 504])('leaves it to SDKs to repeat %i', (status) => {
    expect(new ApiError({ ...facts, status }).headers).toEqual({});
  });

  it('takes headers of its own, also over the hint', () => {
    const headers = { 'retry-after': '1', 'x-should-retry': 'true' };
    expect(new ApiError({ ...facts, headers }).headers).toEqual(headers);
  });
});
