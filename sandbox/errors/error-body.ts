import type { JsonObject } from '../json.ts';

/**
 * The shapes in which Poe's errors were seen or documented:
 *   numeric-code   documented on the compatibility page
 *   string-code    documented on the errors page
 *   error-id       observed from the strict handler; the id is the one of `x-request-id`
 *   param-and-code observed from Poe's own checks
 *   anthropic      observed on /v1/messages
 *   bare           observed from the legacy handler
 */
export type ErrorShape =
  'numeric-code' | 'string-code' | 'error-id' | 'param-and-code' | 'anthropic' | 'bare';

export interface ErrorBody {
  readonly shape: ErrorShape;
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
}

export function errorJson(error: ErrorBody, status: number, traceHash: string): JsonObject {
  const { type, message, code, param } = error;
  switch (error.shape) {
    case 'numeric-code':
      return { error: { code: status, type, message, metadata: {} } };
    case 'string-code':
      return { error: { message, type, code } };
    case 'error-id':
      return { error: { message, type, error_id: traceHash } };
    case 'param-and-code':
      return { error: { message, type, param, code } };
    case 'anthropic':
      return { type: 'error', error: { type, message }, request_id: `req_poe_${traceHash}` };
    case 'bare':
      return { error: { message, type } };
  }
}
