import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Availability } from '../availability.ts';
import type { BatchConnection } from '../batch-connection.ts';
import type { Statement } from '../statement.ts';
import { PostgresBatch } from './postgres-batch.ts';
import { toDatabaseError } from './to-database-error.ts';

/** Kysely over `pg`, whose own dialect knows neither batches nor connections that went silent. */
export function postgresDialect(pool: Pool, availability: Availability): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(pool, availability),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class PostgresDriver implements Driver {
  readonly #pool: Pool;
  readonly #availability: Availability;

  constructor(pool: Pool, availability: Availability) {
    this.#pool = pool;
    this.#availability = availability;
  }

  async init(): Promise<void> {
    // Connections are made as they are needed.
  }

  async acquireConnection(): Promise<PostgresConnection> {
    this.#availability.check();
    try {
      return new PostgresConnection(await this.#pool.connect(), this.#availability);
    } catch (cause) {
      const error = toDatabaseError(cause);
      if (error.kind === 'outage') this.#availability.lose(error);
      throw error;
    }
  }

  async beginTransaction(connection: PostgresConnection): Promise<void> {
    await connection.command('begin');
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.command('commit');
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    // What a broken connection began is rolled back with it.
    if (!connection.isBroken) await connection.command('rollback');
  }

  releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    this.#availability.close();
    await this.#pool.end();
  }
}

class PostgresConnection implements BatchConnection {
  readonly #client: PoolClient;
  readonly #availability: Availability;
  #isBroken = false;

  constructor(client: PoolClient, availability: Availability) {
    this.#client = client;
    this.#availability = availability;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.#guarded(
      this.#client.query<Record<string, unknown>>(query.sql, [...query.parameters]),
    );
    return {
      rows: rows as R[],
      ...(command === 'SELECT' ? {} : { numAffectedRows: BigInt(rowCount ?? 0) }),
    };
  }

  async command(sql: string): Promise<void> {
    await this.#guarded(this.#client.query(sql));
  }

  executeBatch(statements: readonly Statement[]): Promise<void> {
    return this.#guarded(
      new Promise<void>((resolve, reject) => {
        const batch = new PostgresBatch(statements, (error) => {
          if (error) reject(error);
          else resolve();
        });
        this.#client.query(batch);
      }),
    );
  }

  streamQuery(): never {
    throw new Error('Rows are read page by page, not as a stream');
  }

  /** Not to be used again when it failed: an answer may be on its way still. */
  release(): void {
    this.#client.release(this.#isBroken);
  }

  async #guarded<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      const error = toDatabaseError(cause);
      if (error.kind === 'outage') {
        this.#isBroken = true;
        this.#availability.lose(error);
      }
      throw error;
    }
  }
}
