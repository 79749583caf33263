import type { PoeError } from './poe-error.ts';
import { invalidRequest } from './poe-error.ts';

/** Texts of the errors page and of recordings, April 2026; 402 and 429 were never recorded. */

export const INVALID_KEY: PoeError = {
  status: 401,
  body: {
    shape: 'string-code',
    type: 'authentication_error',
    message: 'Incorrect API key provided. You can find your API key at https://poe.com/api_key.',
    code: 'invalid_api_key',
  },
};

export const INSUFFICIENT_CREDITS: PoeError = {
  status: 402,
  body: {
    shape: 'numeric-code',
    type: 'insufficient_credits',
    message: 'You do not have enough points to message this bot.',
  },
};

export const USAGE_DOWN: PoeError = {
  status: 503,
  body: { shape: 'error-id', type: 'upstream_error', message: 'Service temporarily unavailable.' },
};

export const CONTEXT_OVERFLOW: PoeError = invalidRequest('Input is too long for requested model.');

export function rateLimited(retryAfterSeconds: number): PoeError {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: {
      shape: 'string-code',
      type: 'rate_limit_error',
      message: 'Rate limit reached for requests.',
      code: 'rate_limit_exceeded',
    },
  };
}

export function modelNotFound(model: string): PoeError {
  return {
    status: 404,
    body: {
      shape: 'error-id',
      type: 'not_found_error',
      message: `Model \`${model}\` not found.`,
    },
  };
}

export function routeNotFound(method: string, path: string): PoeError {
  return {
    status: 404,
    body: {
      shape: 'numeric-code',
      type: 'not_found_error',
      message: `No such endpoint: ${method} ${path}. The sandbox serves /v1/chat/completions, /v1/models, /usage/current_balance and /usage/points_history.`,
    },
  };
}
