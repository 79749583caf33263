import { redact } from './redact.ts';
import { UpstreamError, type FailureFacts, type FailureKind } from './upstream-error.ts';

/** Statuses for errors that come inside a 200 stream with a type or code only. */
const STATUS_OF_TYPE = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['insufficient_credits', 402],
  ['moderation_error', 403],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['timeout_error', 408],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['provider_error', 500],
  ['api_error', 500],
  ['upstream_error', 502],
  ['overloaded_error', 529],
]);
/** A year; more is a mistake, and in digits that no client reads. */
const LONGEST_RETRY_AFTER_MS = 366 * 24 * 3600_000;
const LONGEST_MESSAGE = 1000;
/** A type, a code, the path of a field. */
const LONGEST_WORD = 200;

interface ErrorMembers {
  message?: unknown;
  type?: unknown;
  code?: unknown;
  param?: unknown;
}

/** An HTTP answer with an error status, in any of the shapes that Poe and Cloudflare send. */
export function readFailure(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): UpstreamError {
  return toFailure('status', status, parse(body), {
    retryAfterMs: retryAfter(headers['retry-after']),
    remainingRequests: countOf(headers['x-ratelimit-remaining-requests']),
  });
}

/** An error object inside a stream; `source` is the whole parsed frame. */
export function readFrameFailure(source: unknown): UpstreamError {
  return toFailure('frame', undefined, source);
}

function toFailure(
  kind: FailureKind,
  status: number | undefined,
  source: unknown,
  limits: Pick<FailureFacts, 'retryAfterMs' | 'remainingRequests'> = {},
): UpstreamError {
  const error = membersOf(source);
  const type = text(error.type);
  const code = text(error.code);
  const number = Number(code);
  const isStatus = Number.isInteger(number) && number >= 400 && number < 600;
  const fromCode = isStatus ? number : undefined;
  return new UpstreamError({
    kind,
    status: status ?? fromCode ?? statusOf(type) ?? statusOf(code) ?? 500,
    message: cleanMessage(error.message) ?? withoutWords(status),
    type,
    code: fromCode === undefined ? code : undefined,
    param: text(error.param),
    ...limits,
  });
}

function withoutWords(status: number | undefined): string {
  return status === undefined
    ? 'Poe reported a failure and no reason.'
    : `Poe answered with status ${status}.`;
}

function statusOf(word: string | undefined): number | undefined {
  return STATUS_OF_TYPE.get(word ?? '');
}

function membersOf(source: unknown): ErrorMembers {
  const { error } = (source ?? {}) as { error?: unknown };
  if (typeof error === 'string') return { message: error };
  return typeof error === 'object' && error !== null ? error : (source ?? {});
}

/** Some providers' errors come as JSON text inside the message: the innermost words are meant. */
function cleanMessage(message: unknown): string | undefined {
  if (typeof message !== 'string') return undefined;
  const inner = message.includes('{') ? membersOf(parse(message.slice(message.indexOf('{')))) : {};
  const words = typeof inner.message === 'string' ? inner.message : message;
  const sentence = words.replace(/^(?:litellm\.\w+: *)?(?:\w+Exception *- *)?/, '');
  return clean(sentence, LONGEST_MESSAGE);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Seconds or an HTTP date, as ms from now. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return ms <= LONGEST_RETRY_AFTER_MS ? Math.max(0, ms) : undefined;
}

function countOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? clean(value, LONGEST_WORD) : undefined;
}

/** Undefined for what says nothing. Half a character at the end would break Python's clients. */
function clean(words: string, most: number): string | undefined {
  // Looking for secrets takes the square of the length, and an error may have megabytes.
  const shown = redact(words.slice(0, 4 * most)).slice(0, most);
  return shown.trim() === '' ? undefined : shown.toWellFormed();
}
