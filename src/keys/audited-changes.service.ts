import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { catalogue } from '../errors/catalogue.ts';
import { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { KeysDatabaseService } from './keys-database.service.ts';

/** Ids of the audit are the revisions that the changes made, so that they keep their order. */
const ID_DIGITS = 12;

/** What a change was, for the audit: neither secrets nor digests. */
export interface Change<T> {
  readonly subject: string;
  /** Undefined before a creation. */
  readonly before: object | undefined;
  /** Undefined after a deletion. */
  readonly after: object | undefined;
  readonly result: T;
}

/** Changes of teams, keys and budgets: each is in force, written down and noticed, or not made. */
@Injectable()
export class AuditedChanges {
  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly source: KeysDatabaseService,
  ) {}

  /** @throws ApiError 409 where there is no database */
  get open(): Database {
    if (!this.database) throw catalogue.noDatabase();
    return this.database;
  }

  /**
   * Makes the change as `actor`. This process knows of it when it returns, others a few seconds later.
   * @throws whatever `make` does, and DatabaseError; nothing is changed then
   */
  async make<T>(
    actor: string,
    action: string,
    make: (trx: Transaction<Schema>) => Promise<Change<T>>,
  ): Promise<T> {
    const transaction = this.open.kysely.transaction();
    const result = await transaction.execute(async (trx) => {
      const revision = await nextRevision(trx);
      const change = await make(trx);
      const id = String(revision).padStart(ID_DIGITS, '0');
      await trx
        .insertInto('audit')
        .values({ id, ...auditRow(actor, action, change) })
        .execute();
      return change.result;
    });
    await this.source.refresh();
    return result;
  }
}

/**
 * To be asked for first: the row is also the lock. Whoever else changes keys waits, in PostgreSQL
 * too, and finds what this change has made.
 */
async function nextRevision(trx: Transaction<Schema>): Promise<number> {
  const { number } = await trx
    .updateTable('revisions')
    .set((row) => ({ number: row('number', '+', 1) }))
    .where('name', '=', 'keys')
    .returning('number')
    .executeTakeFirstOrThrow();
  return number;
}

function auditRow(actor: string, action: string, { subject, before, after }: Change<unknown>) {
  return {
    at: Date.now(),
    actor,
    action,
    subject,
    before: before ? JSON.stringify(before) : null,
    after: after ? JSON.stringify(after) : null,
  };
}
