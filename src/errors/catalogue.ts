import { adminErrors } from './admin-errors.ts';
import { ApiError, type ErrorFacts } from './api-error.ts';
import { keyErrors } from './key-errors.ts';

type Facts = Omit<ErrorFacts, 'status' | 'type' | 'code'>;

const invalid = (status: number, code: string, facts: Facts) =>
  new ApiError({ status, type: 'invalid_request_error', code, ...facts });
const noPoints = (code: string, facts: Facts) =>
  new ApiError({ status: 402, type: 'insufficient_quota', code, ...facts });
const unavailable = (status: number, code: string, message: string, options?: ErrorOptions) =>
  new ApiError({ status, type: 'server_error', code, message }, options);

/** Why a call has to wait for its turn. */
const LACKS = {
  requests: "This gateway's share of Poe's requests a minute is used up",
  calls: 'This gateway has as many calls of Poe running as it may',
  calls_of_caller: 'You have as many calls running as one caller of this gateway may',
};

/** Every error of our own making; docs/errors.md lists the same codes. */
export const catalogue = {
  ...adminErrors,
  ...keyErrors,

  invalidJson: () =>
    invalid(400, 'invalid_json', { message: 'The body is not valid JSON. Send one JSON object.' }),

  invalidRequest: (message: string, param: string | null = null) =>
    invalid(400, 'invalid_request', { message, param }),

  badHttpRequest: (status: number, message: string) =>
    invalid(status, 'bad_http_request', { message }),

  invalidApiKey: () =>
    new ApiError({
      status: 401,
      type: 'authentication_error',
      code: 'invalid_api_key',
      message:
        'This gateway needs a key of its own: send "Authorization: Bearer <key>" with a key that its operator gave you.',
      headers: { 'www-authenticate': 'Bearer' },
    }),

  maxPointsPerMessage: (message: string) => noPoints('max_points_per_message', { message }),

  paused: (message: string) =>
    noPoints('insufficient_quota', { message, headers: { 'x-poe-proxy-paused': 'balance' } }),

  budgetExceeded: (message: string) => noPoints('insufficient_quota', { message }),

  routeNotFound: (message: string) => invalid(404, 'not_found', { message }),

  endpointNotServed: (path: string) =>
    invalid(404, 'endpoint_not_served', {
      message: `${path} is part of OpenAI's API but this gateway does not serve it: use POST /v1/chat/completions.`,
    }),

  modelNotFound: (model: string, nearest: string | undefined) =>
    invalid(404, 'model_not_found', {
      message: `The model "${model}" is not served here.${
        nearest === undefined ? '' : ` Did you mean "${nearest}"?`
      } GET /v1/models lists what is.`,
      param: 'model',
    }),

  bodyTooLarge: (limitBytes: number) =>
    invalid(413, 'request_too_large', {
      message: `The body is larger than ${Math.floor(limitBytes / 1024 / 1024)} MB, this gateway's limit (BODY_LIMIT_MB).`,
    }),

  unsupportedMediaType: () =>
    invalid(415, 'unsupported_media_type', {
      message: 'Send the body as JSON, with the header "content-type: application/json".',
    }),

  contextTooLong: (message: string) =>
    invalid(400, 'context_length_exceeded', { message, param: 'messages' }),

  rateLimited: (
    limit: number,
    windowSeconds: number,
    waitSeconds: number,
    headers: Record<string, string>,
  ) =>
    new ApiError({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      limitOf: 'address',
      message: `More than ${limit} requests in ${windowSeconds} s from your address. Try again in ${waitSeconds} s.`,
      headers: { ...headers, 'retry-after': String(waitSeconds) },
    }),

  /** `waitSeconds` undefined: waiting does not help. */
  keyLimited: (message: string, waitSeconds: number | undefined, headers: Record<string, string>) =>
    new ApiError({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      limitOf: 'key',
      message,
      headers: {
        ...headers,
        ...(waitSeconds === undefined
          ? { 'x-should-retry': 'false' }
          : { 'retry-after': String(waitSeconds) }),
      },
    }),

  tooBusy: (lack: keyof typeof LACKS, waitSeconds: number) =>
    new ApiError({
      status: 429,
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      limitOf: 'queue',
      message: `${LACKS[lack]}, and too many wait for the next. Try again in ${waitSeconds} s.`,
      headers: { 'retry-after': String(waitSeconds) },
    }),

  internal: (cause: unknown) =>
    unavailable(
      500,
      'internal_error',
      'The gateway failed on this request. Its log has the reason.',
      {
        cause,
      },
    ),

  upstreamUnreachable: (message: string, cause?: unknown) =>
    unavailable(502, 'upstream_unreachable', message, { cause }),

  upstreamAuth: () =>
    new ApiError({
      status: 502,
      type: 'server_error',
      code: 'upstream_auth',
      message: "Poe refused this gateway's own key. Its operator has to look at POE_API_KEY.",
      headers: { 'x-should-retry': 'false' },
    }),

  /** Open mode: whoever reads this is likely the one who set the key. */
  upstreamKeyRefused: () =>
    new ApiError({
      status: 401,
      type: 'authentication_error',
      code: 'upstream_auth',
      message: 'Poe refused the key in POE_API_KEY. Check it at https://poe.com/api/keys.',
    }),

  upstreamCutOff: (message: string, cause?: unknown) =>
    unavailable(502, 'upstream_cut_off', message, { cause }),

  modelUnavailable: (message: string, waitSeconds: number) =>
    new ApiError({
      status: 503,
      type: 'server_error',
      code: 'model_unavailable',
      message,
      headers: { 'retry-after': String(waitSeconds) },
    }),

  storeUnavailable: (waitSeconds: number) =>
    new ApiError({
      status: 503,
      type: 'server_error',
      code: 'store_unavailable',
      message:
        'This gateway cannot reach the store in which it counts what is spent, and spends nothing without it. Send the request again.',
      headers: { 'retry-after': String(waitSeconds) },
    }),

  shuttingDown: () =>
    new ApiError({
      status: 503,
      type: 'server_error',
      code: 'shutting_down',
      message: 'This instance of the gateway is shutting down. Send the request again.',
      headers: { 'retry-after': '1' },
    }),

  overloaded: () =>
    new ApiError({
      status: 503,
      type: 'server_error',
      code: 'overloaded',
      message: 'The gateway has more requests than it can serve. Send this one again in a second.',
      headers: { 'retry-after': '1' },
    }),

  upstreamTimeout: (message: string) => unavailable(504, 'upstream_timeout', message),
};
