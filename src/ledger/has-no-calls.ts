import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** A condition for requests: the process died before it could write down a call. */
export function hasNoCalls(where: ExpressionBuilder<Schema, 'requests'>): Expression<SqlBool> {
  return where.not(
    where.exists(
      where.selectFrom('calls').select('calls.id').whereRef('request_id', '=', 'requests.id'),
    ),
  );
}
