import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Availability } from '../availability.ts';
import type { BatchConnection } from '../batch-connection.ts';
import { DatabaseError } from '../database-error.ts';
import type { Statement } from '../statement.ts';
import { SqliteThread } from './sqlite-thread.ts';
import type { SqliteSettings } from './sqlite.worker.ts';

/** Kysely over a thread with better-sqlite3. */
export function sqliteDialect(settings: SqliteSettings, availability: Availability): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new SqliteDriver(settings, availability),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Migrations run in a transaction, which Kysely leaves out for SQLite although SQLite can: it is
 * what keeps apart several processes that start at the same time.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely hands out its one connection to one user at a time. */
class SqliteDriver implements Driver {
  readonly #settings: SqliteSettings;
  readonly #availability: Availability;
  #connection: SqliteConnection | undefined;

  constructor(settings: SqliteSettings, availability: Availability) {
    this.#settings = settings;
    this.#availability = availability;
  }

  async init(): Promise<void> {
    // The thread starts with the first connection.
  }

  acquireConnection(): Promise<SqliteConnection> {
    // Not within a transaction: its later half alone must not be carried out by a new thread.
    if (!this.#connection || this.#connection.hasEnded) {
      this.#connection = new SqliteConnection(new SqliteThread(this.#settings), this.#availability);
    }
    return Promise.resolve(this.#connection);
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    // One that first reads and then writes could otherwise find that it comes too late.
    await connection.command('begin immediate');
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.command('commit');
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.command('rollback');
  }

  async releaseConnection(): Promise<void> {
    // Kept for the next.
  }

  async destroy(): Promise<void> {
    this.#availability.close();
    await this.#connection?.close();
  }
}

class SqliteConnection implements BatchConnection {
  readonly #thread: SqliteThread;
  readonly #availability: Availability;

  constructor(thread: SqliteThread, availability: Availability) {
    this.#thread = thread;
    this.#availability = availability;
  }

  get hasEnded(): boolean {
    return this.#thread.hasEnded;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#run([query]);
    return {
      rows: (rows ?? []) as R[],
      ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }),
    };
  }

  async executeBatch(statements: readonly Statement[]): Promise<void> {
    await this.#run(statements);
  }

  /** For statements without values or answer. */
  async command(sql: string): Promise<void> {
    await this.#run([{ sql, parameters: [] }]);
  }

  streamQuery(): never {
    throw new Error('Rows are read page by page, not as a stream');
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #run(statements: readonly Statement[]) {
    try {
      // Kysely's queries carry more than can go from one thread to another.
      return await this.#thread.run(statements.map(({ sql, parameters }) => ({ sql, parameters })));
    } catch (error) {
      if (error instanceof DatabaseError && error.kind === 'outage') this.#availability.lose(error);
      throw error;
    }
  }
}
