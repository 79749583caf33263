import type { CompiledQuery } from 'kysely';
import type { Database } from '../store/database.ts';
import type { CallRow, RequestRow } from '../store/schema.ts';
import type { Statement } from '../store/statement.ts';
import type { Bill, Ending } from './ledger-entries.ts';

type Priced = Pick<CallRow, 'points' | 'grade' | 'query_id' | 'id'>;
type Reestimated = Pick<RequestRow, 'held' | 'points' | 'id'>;
type Corrected = Pick<RequestRow, 'points' | 'grade' | 'query_id' | 'id'>;
type Closed = Corrected & Ending & Pick<RequestRow, 'closed_at'>;

/** What the ledger writes of requests. Each of it means the same when it is carried out twice. */
export class LedgerStatements {
  readonly open: (row: RequestRow) => Statement;
  readonly call: (row: CallRow) => Statement;
  readonly #reestimate: (row: Reestimated) => Statement;
  readonly #close: (row: Closed) => Statement;
  readonly #correct: (row: Corrected) => Statement;
  readonly #price: (row: Priced) => Statement;

  constructor({ kysely }: Database) {
    this.open = written((row: RequestRow) =>
      kysely
        .insertInto('requests')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .compile(),
    );
    this.call = written((row: CallRow) =>
      kysely
        .insertInto('calls')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .compile(),
    );
    this.#reestimate = written(({ id, ...values }: Reestimated) =>
      kysely.updateTable('requests').set(values).where('id', '=', id).compile(),
    );
    this.#close = written(({ id, ...values }: Closed) =>
      kysely.updateTable('requests').set(values).where('id', '=', id).compile(),
    );
    this.#correct = written(({ id, ...values }: Corrected) =>
      kysely.updateTable('requests').set(values).where('id', '=', id).compile(),
    );
    // Once a call has its entry nothing better is known of it.
    this.#price = written(({ id, ...values }: Priced) =>
      kysely
        .updateTable('calls')
        .set(values)
        .where('id', '=', id)
        .where('query_id', 'is', null)
        .compile(),
    );
  }

  reestimate(id: string, held: number): Statement {
    return this.#reestimate({ held, points: held, id });
  }

  close(id: string, ending: Ending, bill: Bill, now: number): Statement {
    return this.#close({
      status: ending.status,
      closed_at: now,
      model_used: ending.model_used,
      http_status: ending.http_status,
      tokens_in: ending.tokens_in,
      tokens_cached: ending.tokens_cached,
      tokens_out: ending.tokens_out,
      tokens_reasoning: ending.tokens_reasoning,
      held: ending.held,
      attempts: ending.attempts,
      first_token_ms: ending.first_token_ms,
      duration_ms: ending.duration_ms,
      ...costOf(bill),
      id,
    });
  }

  correct(id: string, bill: Bill): Statement {
    return this.#correct({ ...costOf(bill), id });
  }

  price({ id, points, grade, query_id }: CallRow): Statement {
    return this.#price({ points, grade, query_id, id });
  }
}

function costOf({ points, grade, queryId }: Bill) {
  return { points, grade, query_id: queryId };
}

/**
 * Kysely takes longer to write a statement than the gateway for much of a request, and what it
 * writes depends on the names of a row alone: so it is asked once. The values go in the order of the
 * row's members, the id of an update last.
 */
function written<Row extends object>(write: (row: Row) => CompiledQuery): (row: Row) => Statement {
  let sql: string | undefined;
  return (row) => {
    sql ??= write(row).sql;
    return { sql, parameters: Object.values(row) };
  };
}
