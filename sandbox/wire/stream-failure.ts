import type { ErrorBody } from '../errors/error-body.ts';

/** An error after the status 200; documented only for /v1/messages, so the form is assumed. */
export const STREAM_FAILURE: ErrorBody = {
  shape: 'error-id',
  type: 'provider_error',
  message: 'The provider failed while it was answering.',
};
