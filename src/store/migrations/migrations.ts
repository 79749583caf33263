import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { teams } from './0001-teams.ts';
import { reconciliation } from './0002-reconciliation.ts';

/**
 * What makes the schema, in the order of the names. One that was released is never changed: a
 * database that has it would not get the change.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-teams': statements(teams),
  '0002-reconciliation': statements(reconciliation),
};

function statements(text: string): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const statement of text.split(';')) await sql.raw(statement).execute(db);
    },
  };
}
