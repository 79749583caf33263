import { describe, expect, it } from 'vitest';
import { toClientError } from './to-client-error.ts';
import { UpstreamError, type FailureFacts } from './upstream-error.ts';

function show(facts: Partial<FailureFacts>, isOpen = true) {
  const error = new UpstreamError({ kind: 'status', status: 500, message: 'Said Poe.', ...facts });
  return { error, shown: toClientError(error, isOpen) };
}

describe('toClientError', () => {
  it.each([
    [400, 400, 'upstream_refused'],
    [402, 402, 'insufficient_quota'],
    [403, 403, 'permission_denied'],
    [404, 404, 'model_not_found'],
    [408, 408, 'upstream_timeout'],
    [413, 413, 'context_length_exceeded'],
    [422, 422, 'upstream_refused'],
    [429, 429, 'rate_limit_exceeded'],
    [499, 499, 'upstream_refused'],
    [500, 502, 'upstream_error'],
    [502, 502, 'upstream_error'],
    [503, 503, 'upstream_error'],
    [504, 504, 'upstream_error'],
    [524, 504, 'upstream_error'],
    [529, 503, 'upstream_error'],
    [204, 502, 'upstream_error'],
    [301, 502, 'upstream_error'],
    [399, 502, 'upstream_error'],
  ])('shows %i as %i %s', (status, shownStatus, code) => {
    const { shown, error } = show({ status });
    expect(shown).toMatchObject({ status: shownStatus, code, message: 'Said Poe.', cause: error });
    if (shownStatus >= 500) expect(shown.type).toBe('server_error');
  });

  it.each([
    [400, 'invalid_request_error'],
    [402, 'insufficient_quota'],
    [403, 'permission_error'],
    [404, 'invalid_request_error'],
    [408, 'timeout_error'],
    [413, 'invalid_request_error'],
    [429, 'rate_limit_error'],
  ])('gives %i the type %s where Poe gave none', (status, type) => {
    expect(show({ status }).shown.type).toBe(type);
  });

  it('says how long a model is left alone', () => {
    const { shown } = show({ kind: 'open', status: 503, retryAfterMs: 9100 });
    expect(shown).toMatchObject({ status: 503, type: 'server_error', code: 'model_unavailable' });
    expect(shown.headers['retry-after']).toBe('10');
  });

  it.each([
    ['network', 502, 'upstream_unreachable'],
    ['cut', 502, 'upstream_cut_off'],
    ['timeout', 504, 'upstream_timeout'],
  ] as const)('shows a failure by %s as %i %s', (kind, status, code) => {
    expect(show({ kind, status: 500 }).shown).toMatchObject({ status, code, message: 'Said Poe.' });
  });

  it('treats an error in a stream as one with that status', () => {
    const { shown } = show({ kind: 'frame', status: 402 });
    expect(shown).toMatchObject({ status: 402, code: 'insufficient_quota' });
  });

  it('keeps what Poe said', () => {
    const facts = { status: 400, type: 'moderation_error', code: 'blocked', param: 'messages' };
    expect(show(facts).shown).toMatchObject(facts);
  });

  it('keeps the type of a server’s failure to itself', () => {
    expect(show({ status: 500, type: 'provider_error' }).shown.type).toBe('server_error');
  });

  it('calls a context overflow by OpenAI’s name, whatever Poe calls it', () => {
    const facts = { status: 400, code: 'bad', message: 'Input is too long for requested model.' };
    expect(show(facts).shown.code).toBe('context_length_exceeded');
  });

  it('tells who can do something about a refused key', () => {
    const facts = { status: 401, code: 'invalid_api_key', message: 'Incorrect key sk-123' };
    const open = show(facts, true).shown;
    expect(open).toMatchObject({ status: 401, code: 'upstream_auth' });
    expect(open.message).toContain('POE_API_KEY');
    const closed = show(facts, false).shown;
    expect(closed).toMatchObject({ status: 502, code: 'upstream_auth' });
    expect(`${open.message}${closed.message}`).not.toContain('sk-123');
  });

  it.each([
    [400, undefined, 'false'],
    [402, undefined, 'false'],
    [413, undefined, 'false'],
    [429, undefined, undefined],
    [503, undefined, undefined],
    [429, 1500, undefined],
  ])('%i after %s ms: x-should-retry is %s', (status, retryAfterMs, hint) => {
    expect(show({ status, retryAfterMs }).shown.headers['x-should-retry']).toBe(hint);
  });

  it.each([
    [undefined, undefined],
    [0, '0'],
    [1, '1'],
    [1500, '2'],
    [120_000, '120'],
  ])('passes on a Retry-After of %s ms as %j s', (retryAfterMs, header) => {
    expect(show({ status: 429, retryAfterMs }).shown.headers['retry-after']).toBe(header);
  });
});
