import { catalogue } from '../errors/catalogue.ts';
import { isAway } from './is-away.ts';

/** The database is looked for each second while it is away. */
const RETRY_AFTER_SECONDS = 2;

/** 503 for a DatabaseError that may pass; anything else as it is. */
export function toClientError(error: unknown): unknown {
  return isAway(error) ? catalogue.storeUnavailable(RETRY_AFTER_SECONDS) : error;
}
