import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import { budgetText } from './budget-text.ts';
import type { RateLine, Refusal } from './counters.ts';

/** Nobody knows when a stream ends: a second is a try. */
const STREAM_WAIT_SECONDS = 1;

/** 402 for a budget, 429 for a limit of the key. */
export function refusalError(refusal: Refusal): ApiError {
  if ('rate' in refusal) return rateError(refusal.rate, refusal.used, refusal.waitMs);
  const { line, spent, held } = refusal;
  const { budget, end } = line.tally;
  if (budget) {
    const figures = { spent, held, asked: line.amount, resetsAt: end };
    return catalogue.budgetExceeded(budgetText(budget, figures));
  }
  return catalogue.keyLimited(
    `This key may have ${line.limit} streams at the same time, and has ${held}. Try again when one has ended.`,
    STREAM_WAIT_SECONDS,
    {},
  );
}

function rateError(
  { kind, limit, amount }: RateLine,
  used: number,
  waitMs: number | undefined,
): ApiError {
  const seconds = waitMs === undefined ? undefined : Math.max(1, Math.ceil(waitMs / 1000));
  const headers = {
    [`x-ratelimit-limit-${kind}`]: String(limit),
    [`x-ratelimit-remaining-${kind}`]: String(Math.max(0, Math.floor(limit - used))),
    ...(seconds !== undefined && { [`x-ratelimit-reset-${kind}`]: `${seconds}s` }),
  };
  const asked = kind === 'tokens' ? `, and this request is counted with ${amount}` : '';
  const advice = seconds === undefined ? 'Shorten it.' : `Try again in ${seconds} s.`;
  return catalogue.keyLimited(
    `This key may use ${limit} ${kind} in 60 s${asked}. ${advice}`,
    seconds,
    headers,
  );
}
