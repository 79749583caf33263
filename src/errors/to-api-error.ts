import { HttpException } from '@nestjs/common';
import { ApiError } from './api-error.ts';
import { catalogue } from './catalogue.ts';

/** What the mapping needs to know about the request. */
export interface FailedRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly bodyLimitBytes: number;
}

/** OpenAI's endpoints that people try here; what is served answers before this is asked. */
const OPENAI_ENDPOINT = new RegExp(
  `^/v1/(?:${[
    'agents|assistants|audio|batches|chatkit|completions|containers|content_provenance_checks',
    'conversations|decisions|edits|embeddings|engines|evals|files|fine[-_]tun(?:es|ing)|images|live',
    'moderations|organizations?|projects|realtime|responses|safety|skills|threads|uploads',
    'vaults|vector_stores|videos|webhook_endpoints|webhook_event_types',
  ].join('|')})(?:/|$)`,
);

/** Makes an error of the catalogue out of whatever was thrown by Nest, Fastify or ourselves. */
export function toApiError(error: unknown, request: FailedRequest): ApiError {
  if (error instanceof ApiError) return error;
  switch (fastifyCode(error)) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return catalogue.invalidJson();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return catalogue.bodyTooLarge(request.bodyLimitBytes);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return catalogue.unsupportedMediaType();
    default:
      return byStatus(error, statusOf(error), request);
  }
}

function byStatus(error: unknown, status: number | undefined, request: FailedRequest): ApiError {
  if (status === 404) return notFound(request);
  // Fastify words its own 4xx (bad content length, broken URL) without quoting the body.
  if (status !== undefined && status >= 400 && status < 500) {
    return catalogue.badHttpRequest(status, 'The request is not valid HTTP for this endpoint.');
  }
  return catalogue.internal(error);
}

function notFound({ method, path }: FailedRequest): ApiError {
  if (OPENAI_ENDPOINT.test(path)) return catalogue.endpointNotServed(path);
  return catalogue.routeNotFound(
    `There is no ${method} ${path}. This gateway serves POST /v1/chat/completions and GET /v1/models.`,
  );
}

/** Nest wraps Fastify's errors: their code then sits in `cause`. */
function fastifyCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const found = code ?? cause?.code;
  return typeof found === 'string' ? found : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return Number.isInteger(statusCode) ? (statusCode as number) : undefined;
}
