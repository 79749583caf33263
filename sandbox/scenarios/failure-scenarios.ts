import type { ErrorBody } from '../errors/error-body.ts';
import type { Scenario } from './scenario.ts';

const RATE_LIMITED: ErrorBody = {
  shape: 'string-code',
  type: 'rate_limit_error',
  message: 'Rate limit exceeded. Please retry later.',
  code: 'rate_limit_exceeded',
};

const UNAVAILABLE: ErrorBody = {
  shape: 'error-id',
  type: 'upstream_error',
  message: 'The service is temporarily unavailable.',
};

/** Answers that another try, or another model, may spare the user. */
export const FAILURE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'timeout',
    description: '408 `timeout_error`: the model did not start in time.',
    stub: {
      status: 408,
      body: {
        shape: 'numeric-code',
        type: 'timeout_error',
        message: 'The model did not start in time.',
      },
    },
  },
  {
    name: 'rate-limited',
    description: '429 without `Retry-After`.',
    stub: { status: 429, body: RATE_LIMITED },
  },
  {
    name: 'rate-limited-retry-after',
    description: '429 with `Retry-After: 1`, or `after=` seconds.',
    stub: { status: 429, body: RATE_LIMITED, retryAfterSeconds: 1 },
  },
  {
    name: 'provider-quota',
    description: "429 of the provider's own quota; recorded text.",
    stub: {
      status: 429,
      body: {
        shape: 'error-id',
        type: 'rate_limit_error',
        message: 'Resource has been exhausted (e.g. check quota).',
      },
    },
  },
  {
    name: 'provider-error',
    description: '500 `provider_error`; recorded text.',
    stub: {
      status: 500,
      body: {
        shape: 'error-id',
        type: 'provider_error',
        message: 'Error from OpenAI: The server had an error processing your request.',
      },
    },
  },
  {
    name: 'bad-gateway',
    description: '502 as an HTML page of Cloudflare.',
    stub: { status: 502, body: { html: '502: Bad gateway' } },
  },
  {
    name: 'unavailable',
    description: '503 without `Retry-After`.',
    stub: { status: 503, body: UNAVAILABLE },
  },
  {
    name: 'unavailable-retry-after',
    description: '503 with `Retry-After: 1`, or `after=` seconds.',
    stub: { status: 503, body: UNAVAILABLE, retryAfterSeconds: 1 },
  },
  {
    name: 'gateway-timeout-524',
    description: '524 as an HTML page of Cloudflare.',
    stub: { status: 524, body: { html: '524: A timeout occurred' } },
  },
  {
    name: 'overloaded',
    description: "529 `overloaded_error` in Anthropic's form.",
    stub: {
      status: 529,
      body: { shape: 'anthropic', type: 'overloaded_error', message: 'Overloaded' },
    },
  },
  {
    name: 'html-200',
    description: 'A 200 whose body is an HTML page.',
    stub: { status: 200, body: { html: 'Just a moment...' } },
  },
];
