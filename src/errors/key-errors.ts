import { ApiError } from './api-error.ts';

/** Patterns that an error names; a key may have more. */
const MOST_PATTERNS = 20;
/** Only its operator can help. */
const NO_RETRY = { 'x-should-retry': 'false' };

/** The part of the catalogue that is about what keys may do, and about changing them. */
export const keyErrors = {
  modelNotAllowed: (model: string, patterns: readonly string[]) =>
    new ApiError({
      status: 403,
      type: 'permission_error',
      code: 'model_not_allowed',
      message: `This key may not use the model "${model}". It is for: ${writePatterns(patterns)}. GET /v1/models lists what it may use.`,
      param: 'model',
    }),

  accountUnavailable: () =>
    new ApiError({
      status: 503,
      type: 'server_error',
      code: 'account_unavailable',
      message:
        "The Poe account that pays for this key's team is not configured here. The gateway's operator has to look at POE_API_KEYS and at the team.",
      headers: NO_RETRY,
    }),

  noDatabase: () =>
    new ApiError({
      status: 409,
      type: 'invalid_request_error',
      code: 'no_database',
      message:
        'This gateway has no database: set DATA_DIR or DATABASE_URL. What KEYS_FILE says is changed there.',
      headers: NO_RETRY,
    }),

  noLedger: () =>
    new ApiError({
      status: 404,
      type: 'invalid_request_error',
      code: 'no_ledger',
      message:
        'This gateway keeps no ledger, so it does not know what was spent. Its operator has to set DATA_DIR or DATABASE_URL.',
    }),

  conflict: (message: string) =>
    new ApiError({
      status: 409,
      type: 'invalid_request_error',
      code: 'conflict',
      message,
      headers: NO_RETRY,
    }),
};

function writePatterns(patterns: readonly string[]): string {
  if (patterns.length <= MOST_PATTERNS) return patterns.join(', ');
  return `${patterns.slice(0, MOST_PATTERNS).join(', ')} and ${patterns.length - MOST_PATTERNS} more`;
}
