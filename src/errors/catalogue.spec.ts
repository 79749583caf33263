import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';

describe('catalogue', () => {
  it('suggests a name where one is near', () => {
    expect(catalogue.modelNotFound('gtp-5', 'gpt-5').message).toBe(
      'The model "gtp-5" is not served here. Did you mean "gpt-5"? GET /v1/models lists what is.',
    );
    expect(catalogue.modelNotFound('gtp-5', undefined)).toMatchObject({
      status: 404,
      param: 'model',
      message: 'The model "gtp-5" is not served here. GET /v1/models lists what is.',
    });
  });

  it('names the limit of a body as its operator wrote it', () => {
    expect(catalogue.bodyTooLarge(25 * 1024 * 1024).message).toContain('25 MB');
  });

  it('says after how long a rate-limited client may come again, in words and for machines', () => {
    const error = catalogue.rateLimited(60, 60, 42, { 'x-ratelimit-remaining-requests': '0' });
    expect(error.message).toBe(
      'More than 60 requests in 60 s from your address. Try again in 42 s.',
    );
    expect(error.headers).toEqual({ 'retry-after': '42', 'x-ratelimit-remaining-requests': '0' });
  });

  it('says after how long there may be room towards Poe again', () => {
    const error = catalogue.tooBusy('requests', 7);
    expect(error).toMatchObject({ status: 429, type: 'rate_limit_error' });
    expect(error.message).toContain('Try again in 7 s.');
    expect(error.headers).toEqual({ 'retry-after': '7' });
  });

  it('marks the paused answer for callers that prefer errors', () => {
    expect(catalogue.paused('Paused: …')).toMatchObject({
      status: 402,
      code: 'insufficient_quota',
      headers: { 'x-poe-proxy-paused': 'balance', 'x-should-retry': 'false' },
    });
  });

  it('blames the operator, not the caller, for a key that Poe refuses', () => {
    expect(catalogue.upstreamAuth()).toMatchObject({
      status: 502,
      headers: { 'x-should-retry': 'false' },
    });
    expect(catalogue.upstreamKeyRefused()).toMatchObject({ status: 401 });
    expect(catalogue.upstreamKeyRefused().message).toContain('POE_API_KEY');
  });

  it('keeps the reason of an internal error for the log', () => {
    const cause = new TypeError('secret is not a function');
    const error = catalogue.internal(cause);
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('secret');
  });

  it('lets clients repeat what the end of an instance interrupted, at once', () => {
    expect(catalogue.shuttingDown().headers).toEqual({ 'retry-after': '1' });
  });

  it('sends clients away for a second where there are too many', () => {
    expect(catalogue.overloaded()).toMatchObject({
      status: 503,
      type: 'server_error',
      headers: { 'retry-after': '1' },
    });
  });

  it.each([
    catalogue.upstreamUnreachable('no way', 'why'),
    catalogue.upstreamCutOff('too short', 'why'),
  ])('keeps the cause of $code', (error) => {
    expect(error).toMatchObject({ status: 502, type: 'server_error', cause: 'why' });
  });
});
