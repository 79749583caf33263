import type { Connection, Submittable } from 'pg';
import { DatabaseError } from '../database-error.ts';
import type { Statement } from '../statement.ts';

/** What of pg's connection is used here; its types tell less. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  close(statement: { type: 'S'; name: string }): void;
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: readonly (string | null)[] }): void;
  execute(): void;
  sync(): void;
}

/**
 * Many statements in one round trip: PostgreSQL carries out what comes before one `Sync` as one
 * transaction. Neither prepared by name, which poolers between do not like, nor answered with rows.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class PostgresBatch implements Submittable {
  readonly #statements: readonly { sql: string; values: readonly (string | null)[] }[];
  /** Called once; pg wraps it for its time limit. */
  callback: (error: Error | null) => void;

  /** @throws DatabaseError for a value that is neither text nor number */
  constructor(statements: readonly Statement[], callback: (error: Error | null) => void) {
    // Nothing may fail any more while it is written to the socket.
    this.#statements = statements.map(({ sql, parameters }) => ({
      sql,
      values: parameters.map(toText),
    }));
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire;
    const names = new Map<string, string>();
    wire.stream.cork();
    for (const { sql, values } of this.#statements) {
      let statement = names.get(sql);
      if (statement === undefined) {
        statement = `poe_proxy_${names.size}`;
        names.set(sql, statement);
        // That of an earlier batch.
        wire.close({ type: 'S', name: statement });
        wire.parse({ name: statement, text: sql });
      }
      wire.bind({ statement, values });
      wire.execute();
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }

  handleCommandComplete(): void {
    // One of many: the answer to `Sync` counts.
  }

  handleRowDescription(): void {
    // Nobody asked for a description.
  }

  handleDataRow(): void {
    // A statement with `returning`.
  }

  handleEmptyQuery(): void {
    // As good as any other.
  }
}

function toText(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new DatabaseError('refused', `a ${typeof value} is no value for a column`);
}
