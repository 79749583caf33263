import { ApiError } from '../../errors/api-error.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { isContextOverflow } from './is-repairable.ts';
import type { UpstreamError } from './upstream-error.ts';

/** OpenAI's words, type and code, for what Poe leaves without them. */
const WORDS: Record<number, readonly [type: string, code: string]> = {
  402: ['insufficient_quota', 'insufficient_quota'],
  403: ['permission_error', 'permission_denied'],
  404: ['invalid_request_error', 'model_not_found'],
  408: ['timeout_error', 'upstream_timeout'],
  413: ['invalid_request_error', 'context_length_exceeded'],
  429: ['rate_limit_error', 'rate_limit_exceeded'],
};

/**
 * What a client gets to see of a failed call of Poe: 4xx keep their meaning, the rest becomes 502,
 * 503 or 504. `isOpen`: the reader is likely the one who set POE_API_KEY.
 */
export function toClientError(error: UpstreamError, isOpen: boolean): ApiError {
  const { kind, status, message } = error;
  if (kind === 'network') return catalogue.upstreamUnreachable(message, error);
  if (kind === 'cut') return catalogue.upstreamCutOff(message, error);
  if (kind === 'timeout') return catalogue.upstreamTimeout(message);
  if (kind === 'open') return catalogue.modelUnavailable(message, toSeconds(error.retryAfterMs));
  if (status === 401) return isOpen ? catalogue.upstreamKeyRefused() : catalogue.upstreamAuth();
  const isRefusal = status >= 400 && status < 500;
  return new ApiError(
    {
      status: isRefusal ? status : serverStatus(status),
      type: isRefusal ? typeOf(error) : 'server_error',
      code: isContextOverflow(error) ? 'context_length_exceeded' : codeOf(error),
      message,
      param: error.param ?? null,
      headers: retryHeaders(error.retryAfterMs),
      limitOf: status === 429 ? 'poe' : undefined,
    },
    { cause: error },
  );
}

function typeOf({ type, status }: UpstreamError): string {
  return type ?? WORDS[status]?.[0] ?? 'invalid_request_error';
}

function codeOf({ code, status }: UpstreamError): string {
  const isRefusal = status >= 400 && status < 500;
  return code ?? WORDS[status]?.[1] ?? (isRefusal ? 'upstream_refused' : 'upstream_error');
}

/** Anything that is no error at all (a redirect, from a wrong POE_BASE_URL) is a bad gateway too. */
function serverStatus(status: number): number {
  if (status === 503 || status === 529) return 503;
  return status === 504 || status === 524 ? 504 : 502;
}

function retryHeaders(retryAfterMs: number | undefined): Record<string, string> {
  if (retryAfterMs === undefined) return {};
  return { 'retry-after': String(toSeconds(retryAfterMs)) };
}

function toSeconds(ms = 0): number {
  return Math.ceil(ms / 1000);
}
