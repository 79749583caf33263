const FIRST_MS = 250;
const LONGEST_MS = 8000;
/** A longer Retry-After is an answer, not a pause: the client should hear of it. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Wait before retry number `retries` (from 0), exponential with jitter, in ms. Retry-After wins;
 * undefined when it asks for more than a minute.
 */
export function retryDelay(
  retries: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number | undefined {
  if (retryAfterMs !== undefined) {
    return retryAfterMs <= LONGEST_RETRY_AFTER_MS ? retryAfterMs : undefined;
  }
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** retries);
  return most / 2 + (random() * most) / 2;
}
