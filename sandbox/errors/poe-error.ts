import type { ErrorBody } from './error-body.ts';

/** An answer other than the model's. */
export interface PoeError {
  readonly status: number;
  readonly body: ErrorBody | { readonly html: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

/** The form of the strict handler's refusals, which most others are in, too. */
export function invalidRequest(message: string, status = 400): PoeError {
  return { status, body: { shape: 'error-id', type: 'invalid_request_error', message } };
}

/** The form of Poe's own checks, which name the field. */
export function invalidParameter(param: string, message: string, code = 'invalid_parameter') {
  return {
    status: 400,
    body: { shape: 'param-and-code', type: 'invalid_request_error', message, param, code },
  } satisfies PoeError;
}
