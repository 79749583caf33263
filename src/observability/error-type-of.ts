import { STATUS_CODES } from 'node:http';
import type { RequestFacts } from './request-facts.ts';

/** nginx's word for a client that left before it got a status. */
const CLIENT_LEFT = 499;

/** Poe may refuse with any number, and some go to clients as they are: what HTTP does not know is `other`. */
export function knownStatus(status: number): string {
  return status in STATUS_CODES || status === CLIENT_LEFT ? String(status) : 'other';
}

/** What went wrong with a request, from a closed set; undefined: nothing. */
export function errorTypeOf({ outcome }: RequestFacts, status: number): string | undefined {
  if (outcome === 'abandoned' || status === CLIENT_LEFT) return 'abandoned';
  if (status >= 400) return knownStatus(status);
  return outcome === 'failed' ? 'stream_error' : undefined;
}
