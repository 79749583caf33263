import { DatabaseError } from '../database-error.ts';

/**
 * Classes of SQLSTATE: connection, resources, operator's intervention (shutdown, start), read-only
 * (a standby after a failover).
 */
const OUTAGE = /^(?:08|53|57P|58|25006$|XX)/;
/** Timeouts, lost races, deadlocks. */
const BUSY = /^(?:57014|40|55P03)/;

/** What pg's pool says when every connection is used for too long; connecting fails in other words. */
const ALL_TAKEN = 'timeout exceeded when trying to connect';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html; what has no SQLSTATE is of the connection. */
export function toDatabaseError(cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const { code = '', message } = cause as Error & { code?: string };
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && 'severity' in (cause as object);
  const reason = message || code;
  if (reason === ALL_TAKEN) return new DatabaseError('busy', reason, code, { cause });
  if (!isSqlState || OUTAGE.test(code)) return new DatabaseError('outage', reason, code, { cause });
  return new DatabaseError(BUSY.test(code) ? 'busy' : 'refused', reason, code, { cause });
}
