import { INSUFFICIENT_CREDITS, INVALID_KEY } from '../errors/error-catalogue.ts';
import type { Scenario } from './scenario.ts';

/** Answers about the account, the model or the prompt: trying again changes nothing. */
export const REFUSAL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'invalid-key',
    description: '401 `invalid_api_key`, whatever the key.',
    stub: INVALID_KEY,
  },
  {
    name: 'insufficient-credits',
    description: '402, whatever the balance.',
    stub: INSUFFICIENT_CREDITS,
  },
  {
    name: 'moderation',
    description: '403 `moderation_error`.',
    stub: {
      status: 403,
      body: {
        shape: 'numeric-code',
        type: 'moderation_error',
        message: 'The input was flagged by moderation.',
      },
    },
  },
  {
    name: 'model-not-found',
    description: '404, whatever the model; recorded text.',
    stub: {
      status: 404,
      body: {
        shape: 'error-id',
        type: 'not_found_error',
        message: 'Model `{model}` not found.',
      },
    },
  },
  {
    name: 'request-too-large',
    description: '413 `request_too_large`.',
    stub: {
      status: 413,
      body: {
        shape: 'numeric-code',
        type: 'request_too_large',
        message: "The request exceeds the model's context window.",
      },
    },
  },
];
