import { afterEach, describe, expect, it, vi } from 'vitest';
import { readFailure, readFrameFailure } from './read-failure.ts';

const read = (status: number, body: unknown) => readFailure(status, {}, JSON.stringify(body));

describe('readFailure', () => {
  it.each([
    [
      'OpenAI’s shape',
      400,
      { error: { message: 'm', type: 'invalid_request_error', param: 'model', code: 'c' } },
      { type: 'invalid_request_error', param: 'model', code: 'c' },
    ],
    [
      'a number as code, which the status says already',
      401,
      { error: { message: 'm', type: 'authentication_error', code: 401 } },
      { type: 'authentication_error', code: undefined },
    ],
    [
      'Anthropic’s shape',
      500,
      { type: 'error', error: { type: 'api_error', message: 'm' }, request_id: 'req_poe_1' },
      { type: 'api_error' },
    ],
    ['an error that is a text', 400, { error: 'm' }, {}],
    ['no envelope', 400, { message: 'm', code: 'c' }, { code: 'c' }],
    ['a code that is a small number', 400, { error: { message: 'm', code: 7 } }, { code: '7' }],
    [
      'empty members',
      400,
      { error: { message: 'm', type: '', param: null, code: [] } },
      { type: undefined, param: undefined, code: undefined },
    ],
  ])('reads %s', (_, status, body, members) => {
    expect(read(status, body)).toMatchObject({ kind: 'status', status, message: 'm', ...members });
  });

  it('believes the status of HTTP, not the one in the body', () => {
    expect(read(400, { error: { message: 'm', code: 429, type: 'rate_limit_error' } }).status).toBe(
      400,
    );
  });

  it.each([
    ['a page of HTML', '<html>Bad gateway</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '5'],
    ['an error without a message', '{"error":{}}'],
    ['a blank message', '{"error":{"message":" "}}'],
    ['a blank message inside a message', '{"error":{"message":"{\\"message\\":\\"\\"}"}}'],
    ['a message of a prefix only', '{"error":{"message":"litellm.BadRequestError: "}}'],
    ['a message that is no text', '{"error":{"message":{"a":1}}}'],
  ])('names the status when the body is %s', (_, body) => {
    expect(readFailure(502, {}, body)).toMatchObject({
      status: 502,
      message: 'Poe answered with status 502.',
    });
  });

  it.each([
    [
      'litellm.BadRequestError: OpenAIException - tools is not supported.',
      'tools is not supported.',
    ],
    ['litellm.RateLimitError: slow down', 'slow down'],
    ['AnthropicException - too long', 'too long'],
    ['said SomeException - no', 'said SomeException - no'],
    ['failed (req_vrtx_011-abc), see req_poe_00ff', 'failed (…), see …'],
    [
      'litellm.BadRequestError: AnthropicException - {"type":"error","error":{"type":"x","message":"inner"},"request_id":"req_1"}',
      'inner',
    ],
    ['{"message":"inner"}', 'inner'],
    ['{"error":{"message":"inner"}}', 'inner'],
    ['use {"type": "json_object"}', 'use {"type": "json_object"}'],
    ['broken {"message":', 'broken {"message":'],
    ['x'.repeat(2000), 'x'.repeat(1000)],
    [`${'x'.repeat(999)}😀`, `${'x'.repeat(999)}\uFFFD`],
    ['{"metadata":" Bearer Zq7-canary"}', '{"metadata":" Bearer …"}'],
    ['{"error":{"code":" Bearer Zq7-canary"}}', '{"error":{"code":" Bearer …"}}'],
    [`req_${'1'.repeat(990)} sk-1234567890`, '… …'],
  ])('cleans the message %j', (message, cleaned) => {
    expect(read(400, { error: { message } }).message).toBe(cleaned);
  });
});

describe('readFailure with secrets outside the message', () => {
  it.each(['type', 'code', 'param'] as const)('shows none in %s', (member) => {
    expect(read(400, { error: { [member]: 'Bearer Zq7-canary' } })[member]).toBe('Bearer …');
    expect(read(400, { error: { [member]: 'x'.repeat(5000) } })[member]).toBe('x'.repeat(200));
    expect(read(400, { error: { [member]: ' ' } })[member]).toBeUndefined();
  });

  it('does not look through megabytes', () => {
    const message = 'sk-'.repeat(1_000_000);
    expect(read(400, { error: { message } }).message).toHaveLength(1000);
  });
});

describe('readFailure with Retry-After', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['0', 0],
    ['-3', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', undefined],
    ['Infinity', undefined],
    ['1e25', undefined],
    ['9'.repeat(400), undefined],
    ['Fri, 31 Dec 9999 23:59:59 GMT', undefined],
    ['31622400', 31_622_400_000],
    [' ', undefined],
    [['5', '6'], 5000],
    [[], undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
    expect(readFailure(429, { 'retry-after': header }, '').retryAfterMs).toBe(ms);
  });
});

it.each([
  ['0', 0],
  ['499', 499],
  // Each of them is 0 for JavaScript, and 0 says that the account may do nothing any more.
  ['', undefined],
  [' ', undefined],
  ['0x0', undefined],
  [['0'], undefined],
  [undefined, undefined],
])('readFailure takes %j remaining requests for %j', (header, count) => {
  const headers = { 'x-ratelimit-remaining-requests': header };
  expect(readFailure(429, headers, '').remainingRequests).toBe(count);
});

describe('readFrameFailure', () => {
  it.each([
    [{ error: { message: 'm', code: 429, type: 'provider_error' } }, 429],
    [{ error: { message: 'm', code: '402' } }, 402],
    [{ error: { message: 'm', code: 400 } }, 400],
    [{ error: { message: 'm', code: 599 } }, 599],
    [{ error: { message: 'm', type: 'overloaded_error' } }, 529],
    [{ error: { message: 'm', type: 'odd', code: 'rate_limit_error' } }, 429],
    [{ error: { message: 'm', type: 'constructor' } }, 500],
    [{ error: { message: 'm', code: 450.5 } }, 500],
    [{ error: { message: 'm', code: 200 } }, 500],
    [{ error: { message: 'm', code: 600 } }, 500],
    [{ error: 'm' }, 500],
    [{ message: 'm' }, 500],
  ])('finds the status of %j', (source, status) => {
    expect(readFrameFailure(source)).toMatchObject({ kind: 'frame', status, message: 'm' });
  });

  it.each([
    ['invalid_request_error', 400],
    ['authentication_error', 401],
    ['insufficient_credits', 402],
    ['moderation_error', 403],
    ['permission_error', 403],
    ['not_found_error', 404],
    ['timeout_error', 408],
    ['request_too_large', 413],
    ['rate_limit_error', 429],
    ['provider_error', 500],
    ['api_error', 500],
    ['upstream_error', 502],
    ['overloaded_error', 529],
  ])('%s is a %i', (type, status) => {
    expect(readFrameFailure({ error: { type } }).status).toBe(status);
  });

  it.each([undefined, null, 5, 'text', [], {}])('takes %j', (source) => {
    const message = 'Poe reported a failure and no reason.';
    expect(readFrameFailure(source)).toMatchObject({ kind: 'frame', status: 500, message });
  });
});
