import type { Dialect } from '../dialects/dialect.ts';
import type { SeededRandom } from '../random.ts';
import type { RateLimitState } from './rate-limiter.ts';

/** Of the TEST-NET blocks. Poe's `x-q-stat` carries the address of whoever called. */
const FRONT_IP = '198.51.100.21';
const CLIENT_IP = '203.0.113.7';

const STATIC_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Authorization, Content-Type',
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  server: 'cloudflare',
  'cf-cache-status': 'DYNAMIC',
  'alt-svc': 'h3=":443"; ma=86400',
};

export interface ResponseContext {
  readonly random: SeededRandom;
  readonly callNumber: number;
  readonly traceHash: string;
  /** Milliseconds on Poe's clock, both. */
  readonly arrivedAt: number;
  readonly now: number;
}

/** What every reply carries, as recorded in April 2026; the cookie and the address must not pass. */
export function commonHeaders(context: ResponseContext): Record<string, string> {
  const { random, callNumber, now } = context;
  return {
    ...STATIC_HEADERS,
    date: new Date(now).toUTCString(),
    'cf-ray': `${random.hex(16, 'ray', callNumber)}-IAD`,
    'set-cookie': `__cf_bm=${random.base62(32, 'cookie', callNumber)}; path=/; HttpOnly; Secure`,
    'x-q-stat': statistics(context),
  };
}

/** Those of chat completions besides. */
export function chatHeaders(
  context: ResponseContext,
  dialect: Dialect,
  rateLimit: RateLimitState | undefined,
): Record<string, string> {
  const { now, arrivedAt, traceHash } = context;
  return {
    ...commonHeaders(context),
    'openai-processing-ms': String(Math.max(1, Math.round(now - arrivedAt))),
    'openai-version': '2020-10-01',
    'x-poe-feature-active': `chat-completions-${dialect.name}`,
    // No recording of the legacy handler from March 2026 has it.
    ...(dialect.name === 'strict' ? { 'x-request-id': `req_poe_${traceHash}` } : {}),
    ...(rateLimit === undefined ? {} : rateLimitHeaders(rateLimit)),
  };
}

function rateLimitHeaders(state: RateLimitState): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(state.limit),
    'x-ratelimit-remaining-requests': String(state.remaining),
    'x-ratelimit-reset-requests': String(state.resetSeconds),
  };
}

/** `,<hash>,<ip>,<port>,<client ip>,,<n>,1,<end in epoch seconds>,<duration in seconds>,` */
function statistics({ traceHash, arrivedAt, now }: ResponseContext): string {
  const end = (now / 1000).toFixed(3);
  const duration = ((now - arrivedAt) / 1000).toFixed(3);
  return `,${traceHash},${FRONT_IP},443,${CLIENT_IP},,3,1,${end},${duration},`;
}
