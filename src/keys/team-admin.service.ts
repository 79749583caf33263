import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { PoeConfig } from '../config/config.ts';
import { isRecord } from '../config/is-record.ts';
import { catalogue } from '../errors/catalogue.ts';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';
import type { Schema, TeamRow } from '../store/schema.ts';
import { AuditedChanges } from './audited-changes.service.ts';
import { readInput } from './read-input.ts';
import { readPoeAccount, readTeamSettings, TEAM_SETTINGS } from './read-team-settings.ts';

/** A team as operators see it. */
export interface TeamView {
  readonly id: string;
  readonly name: string;
  readonly poe_account: string | null;
  /** ISO 8601. */
  readonly created_at: string;
}

/**
 * The teams of the database, for operators. A team's name is its id, and stays. `actor` is who asks,
 * for the audit.
 * @throws ApiError 400 for input, 404 for a team that is not there, 409 (also without a database)
 * @throws DatabaseError
 */
@Injectable()
export class TeamAdmin {
  constructor(
    private readonly changes: AuditedChanges,
    private readonly poe: PoeConfig,
  ) {}

  /** By name. */
  async list(page: PageRequest): Promise<Page<TeamView>> {
    const [after] = readCursor(page, 'string') ?? [];
    let query = this.changes.open.kysely.selectFrom('teams').selectAll();
    if (after !== undefined) query = query.where('name', '>', String(after));
    const rows = await query
      .orderBy('name')
      .limit(page.limit + 1)
      .execute();
    return toPage(rows, page.limit, (row) => [row.name], viewTeam);
  }

  async create(actor: string, input: unknown): Promise<TeamView> {
    const { name, poeAccount } = readInput(input, TEAM_SETTINGS, (entry) =>
      readTeamSettings(entry, this.poe),
    );
    return this.changes.make(actor, 'team.create', async (trx) => {
      const there = await trx
        .selectFrom('teams')
        .select('id')
        .where('id', '=', name)
        .executeTakeFirst();
      if (there) throw catalogue.conflict(`There is a team "${name}" already.`);
      const row = { id: name, name, poe_account: poeAccount ?? null, created_at: Date.now() };
      await trx.insertInto('teams').values(row).execute();
      const team = viewTeam(row);
      return { subject: name, before: undefined, after: team, result: team };
    });
  }

  /** Changes the account; null takes it away. */
  async update(actor: string, id: string, input: unknown): Promise<TeamView> {
    const { account } = readInput(input, ['poe_account'], (entry) => ({
      account: readPoeAccount(entry, this.poe),
    }));
    const isNamed = isRecord(input) && input.poe_account !== undefined;
    return this.changes.make(actor, 'team.update', async (trx) => {
      const row = await find(trx, id);
      const poe_account = isNamed ? (account ?? null) : row.poe_account;
      await trx.updateTable('teams').set({ poe_account }).where('id', '=', id).execute();
      const after = viewTeam({ ...row, poe_account });
      return { subject: id, before: viewTeam(row), after, result: after };
    });
  }

  /** Only without keys. Its budgets go with it; what it has spent stays on the ledger. */
  delete(actor: string, id: string): Promise<void> {
    return this.changes.make(actor, 'team.delete', async (trx) => {
      const before = viewTeam(await find(trx, id));
      const own = trx.selectFrom('keys').select('id').where('team_id', '=', id);
      if (await own.where('deleted_at', 'is', null).executeTakeFirst()) {
        throw catalogue.conflict(`The team "${id}" still has keys: delete or move them first.`);
      }
      await trx
        .deleteFrom('budgets')
        .where('scope', '=', 'team')
        .where('subject', '=', id)
        .execute();
      await trx.deleteFrom('keys').where('team_id', '=', id).execute();
      await trx.deleteFrom('teams').where('id', '=', id).execute();
      return { subject: id, before, after: undefined, result: undefined };
    });
  }
}

async function find(trx: Transaction<Schema>, id: string): Promise<TeamRow> {
  const row = await trx.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw catalogue.routeNotFound('There is no such team in the database.');
  return row;
}

function viewTeam({ created_at: createdAt, ...row }: TeamRow): TeamView {
  return { ...row, created_at: new Date(createdAt).toISOString() };
}
