import { catalogue } from '../errors/catalogue.ts';
import { StoreDown, type Counters, type Line, type RateLine, type Refusal } from './counters.ts';
import { refusalError } from './refusal-error.ts';

/** A store that is missed is looked for each second. */
const RETRY_SECONDS = 1;

/** @throws ApiError, also as the promise's: 402, 429, or 503 while the store is down */
export function admitOrThrow(
  counters: Counters,
  lines: readonly Line[],
  rates: readonly RateLine[],
  now: number,
): void | Promise<void> {
  const answer = counters.admit(lines, rates, now);
  if (answer instanceof Promise) return answer.then(throwRefusal, throwUnavailable);
  throwRefusal(answer);
}

function throwRefusal(refusal: Refusal | undefined): void {
  if (refusal) throw refusalError(refusal);
}

function throwUnavailable(error: unknown): never {
  throw error instanceof StoreDown ? catalogue.storeUnavailable(RETRY_SECONDS) : error;
}
