import { STATUS_CODES } from 'node:http';
import { catalogue } from '../errors/catalogue.ts';

/** The refusal of what never became a request, for those who have nothing but a socket. */
export function badRequestReply(status: number) {
  const message =
    status === 408 ? 'The request did not arrive in time.' : 'The request is not valid HTTP.';
  const error = catalogue.badHttpRequest(status, message);
  return {
    status,
    reason: STATUS_CODES[status] ?? '',
    headers: {
      ...error.headers,
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(error.toEnvelope()),
  };
}
