/**
 * A statement that the database did not carry out.
 * - `outage`: it cannot be reached, or cannot write. Nobody's fault; try again later.
 * - `busy`: it is there, and had no time for this one. Try again.
 * - `refused`: the statement is at fault. It will never work.
 *
 * After `outage` and `busy` it is unknown whether the statement was carried out after all.
 */
export class DatabaseError extends Error {
  readonly kind: 'outage' | 'busy' | 'refused';
  /** As the database calls it: `SQLITE_FULL`, `23505`, `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(kind: DatabaseError['kind'], reason: string, code?: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DatabaseError';
    this.kind = kind;
    this.code = code;
  }
}
