import { DatabaseError } from './database-error.ts';

/** Of what failed: whether the statement may work another time, as the database was away or busy. */
export function isAway(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind !== 'refused';
}
