import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { JsonObject } from '../json.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, errorMessage, jsonOf, userMessage, WEATHER_TOOL } from './ask.ts';
import type { RawResponse } from './raw-exchange.ts';

const HASH = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown;

interface Expected {
  readonly status: number;
  readonly error: JsonObject;
  readonly request?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The exact keys of `error` besides its message. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'bad-request-max-tokens': {
    status: 400,
    error: { type: 'invalid_request_error', error_id: HASH },
    request: { max_tokens: 300_000 },
  },
  'bad-request-upper-case': {
    status: 400,
    error: { type: 'invalid_request_error', error_id: HASH },
  },
  'bad-request-param': {
    status: 400,
    error: {
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'unsupported_parameter',
    },
    request: { temperature: 0.5 },
  },
  'bad-request-unsupported-value': {
    status: 400,
    error: { type: 'invalid_request_error' },
    request: { reasoning_effort: 'high' },
  },
  'bad-request-any-optional': {
    status: 400,
    error: { type: 'invalid_request_error', error_id: HASH },
    request: { user: 'somebody' },
  },
  'bad-request-nested': {
    status: 400,
    error: { type: 'invalid_request_error', error_id: HASH },
  },
  'late-400': { status: 400, error: { type: 'invalid_request_error', error_id: HASH } },
  'unsupported-feature': {
    status: 400,
    error: {
      type: 'invalid_request_error',
      param: 'model',
      code: 'unsupported_feature_for_model',
    },
  },
  'context-overflow': { status: 400, error: { type: 'invalid_request_error', error_id: HASH } },
  'context-length-exceeded': {
    status: 400,
    error: { type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
  },
  'content-filter': {
    status: 400,
    error: { type: 'invalid_request_error', code: 'content_policy_violation' },
  },
  'invalid-key': { status: 401, error: { type: 'authentication_error', code: 'invalid_api_key' } },
  'insufficient-credits': {
    status: 402,
    error: { type: 'insufficient_credits', code: 402, metadata: {} },
  },
  moderation: { status: 403, error: { type: 'moderation_error', code: 403, metadata: {} } },
  'model-not-found': { status: 404, error: { type: 'not_found_error', error_id: HASH } },
  'request-too-large': {
    status: 413,
    error: { type: 'request_too_large', code: 413, metadata: {} },
  },
  timeout: { status: 408, error: { type: 'timeout_error', code: 408, metadata: {} } },
  'rate-limited': {
    status: 429,
    error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  },
  'rate-limited-retry-after': {
    status: 429,
    error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    headers: { 'retry-after': '1' },
  },
  'provider-quota': { status: 429, error: { type: 'rate_limit_error', error_id: HASH } },
  'provider-error': { status: 500, error: { type: 'provider_error', error_id: HASH } },
  unavailable: { status: 503, error: { type: 'upstream_error', error_id: HASH } },
  'unavailable-retry-after': {
    status: 503,
    error: { type: 'upstream_error', error_id: HASH },
    headers: { 'retry-after': '1' },
  },
  overloaded: { status: 529, error: { type: 'overloaded_error' } },
};

const HTML: Readonly<Record<string, number>> = {
  'bad-gateway': 502,
  'gateway-timeout-524': 524,
  'html-200': 200,
};

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => {
  sandbox.reset();
});

afterAll(async () => {
  await sandbox.close();
});

function call(marker: string, request: JsonObject = {}): Promise<RawResponse> {
  return ask(sandbox, { ...userMessage(`Hello [[sandbox: ${marker}]]`), ...request });
}

describe.each([{ stream: true }, { stream: false }])('stub answers with %o', (mode) => {
  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const response = await call(name, { ...mode, ...expected.request });

    expect(response).toMatchObject({ status: expected.status, ending: 'clean' });
    const message = expect.any(String) as unknown;
    expect(jsonOf(response).error).toEqual({ ...expected.error, message });
    expect(response.headers).toMatchObject(expected.headers ?? {});
    expect('retry-after' in response.headers).toBe(expected.headers !== undefined);
    expect(sandbox.journal[0]).toMatchObject({
      scenario: name,
      status: expected.status,
      outcome: 'completed',
    });
    expect(sandbox.ledger).toHaveLength(0);
  });

  it.each(Object.entries(HTML))('%s', async (name, status) => {
    const response = await call(name, mode);
    expect(response).toMatchObject({ status, ending: 'clean' });
    expect(response.headers['content-type']).toMatch(/^text\/html/);
    expect(response.body).toMatch(/^<!DOCTYPE html>/);
  });
});

it('has an expectation for every stub', () => {
  const stubs = [...SCENARIOS.values()].filter(({ stub }) => stub !== undefined);
  const tested = [...Object.keys(EXPECTED), ...Object.keys(HTML)];
  expect(tested.toSorted()).toEqual(stubs.map(({ name }) => name).toSorted());
});

describe('a refusal ends with its reason', () => {
  it.each<[string, JsonObject]>([
    ['bad-request-max-tokens', { max_tokens: 8192 }],
    ['bad-request-max-tokens', {}],
    ['bad-request-upper-case', { model: 'gpt-4.1' }],
    ['bad-request-param', {}],
    ['bad-request-param param=top_p', { temperature: 0.5 }],
    ['bad-request-unsupported-value', { reasoning_effort: 'medium' }],
    ['bad-request-any-optional', { stream: false, n: 1, tools: [WEATHER_TOOL] }],
  ])('%s accepts %o', async (name, request) => {
    expect((await call(name, request)).status).toBe(200);
  });

  it.each<[string, JsonObject]>([
    ['bad-request-max-tokens limit=100', { max_completion_tokens: 101 }],
    ['bad-request-max-tokens limit=0', { max_tokens: 1 }],
    ['bad-request-param param=top_p', { top_p: 0.5 }],
    ['bad-request-any-optional', { stream_options: { include_usage: true } }],
  ])('%s refuses %o', async (name, request) => {
    expect((await call(name, request)).status).toBe(400);
  });
});

describe('texts', () => {
  it('bad-request-max-tokens speaks as the provider does', async () => {
    const response = await call('bad-request-max-tokens', { max_tokens: 300_000 });
    expect(errorMessage(response)).toBe(
      'max_tokens: 300000 > 8192, which is the maximum allowed number of output tokens for GPT-4.1',
    );
  });

  it('bad-request-nested has JSON in its message', async () => {
    const nested: unknown = JSON.parse(errorMessage(await call('bad-request-nested')));
    expect(nested).toMatchObject({ type: 'error', request_id: /^req_vrtx_/ });
  });

  it('overloaded has the form of Anthropic', async () => {
    const response = await call('overloaded');
    expect(jsonOf(response)).toMatchObject({
      type: 'error',
      error: { message: 'Overloaded' },
      request_id: /^req_poe_[0-9a-f]{32}$/,
    });
  });

  it('the error id is the one of the headers', async () => {
    const { headers, ...response } = await call('provider-error');
    const hash = headers['x-request-id']?.replace('req_poe_', '') ?? '';
    expect(response.body).toContain(`"error_id":"${hash}"`);
    expect(headers['x-q-stat']).toContain(`,${hash},`);
  });

  it('after= sets Retry-After', async () => {
    const response = await call('rate-limited-retry-after after=7');
    expect(response.headers['retry-after']).toBe('7');
  });
});
