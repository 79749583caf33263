import type { OnApplicationShutdown } from '@nestjs/common';
import type { Kysely, RawBuilder, sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Availability } from './availability.ts';
import type { BatchConnection } from './batch-connection.ts';
import type { Schema } from './schema.ts';
import type { Statement } from './statement.ts';

interface Parts {
  readonly kind: Database['kind'];
  readonly kysely: Kysely<Schema>;
  readonly reports: Kysely<Schema>;
  readonly sql: typeof sql;
  readonly availability: Availability;
}

/**
 * The database of this deployment: SQLite or PostgreSQL, with the schema of this program. Until
 * it is closed, all that it is asked fails with a DatabaseError. Imports no more than types: a gateway
 * without a database should not load one.
 */
export class Database implements OnApplicationShutdown {
  readonly kind: 'sqlite' | 'postgres';
  /** For all that is asked one by one: `database.kysely.selectFrom('keys')…`. */
  readonly kysely: Kysely<Schema>;
  /**
   * For what reads much: a thread or connections of its own, so that nobody waits for it, and more
   * time (30 s in PostgreSQL).
   */
  readonly reports: ReadonlyKysely<Schema>;
  /** Kysely's template for what it has no words for; loaded with the database, not before. */
  readonly sql: typeof sql;
  readonly #availability: Availability;
  readonly #parts: readonly Kysely<Schema>[];
  readonly #beforeClose: (() => Promise<unknown>)[] = [];
  #closing: Promise<void> | undefined;

  constructor({ kind, kysely, reports, sql, availability }: Parts) {
    this.kind = kind;
    this.kysely = kysely;
    // Read-only is a type of Kysely, no class.
    this.reports = reports as never;
    this.#parts = [reports, kysely];
    this.sql = sql;
    this.#availability = availability;
  }

  /** False from its first failure on until it answers again. */
  get isUp(): boolean {
    return this.#availability.isUp;
  }

  /** All or none of them, in this order, in one message or round trip. */
  write(statements: readonly Statement[]): Promise<void> {
    return this.kysely
      .getExecutor()
      .provideConnection((connection) => (connection as BatchConnection).executeBatch(statements));
  }

  /** The database's clock, which is one for all processes: ms since 1970. */
  now(): RawBuilder<number> {
    return this.kind === 'postgres'
      ? this.sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
      : this.sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  }

  /** For who has something to write still. */
  beforeClose(finish: () => Promise<unknown>): void {
    this.#beforeClose.push(finish);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await Promise.all(this.#beforeClose.map((finish) => finish()));
    for (const part of this.#parts) await part.destroy();
  }
}
