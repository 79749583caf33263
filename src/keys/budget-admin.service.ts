import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { catalogue } from '../errors/catalogue.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';
import type { BudgetRow, Schema } from '../store/schema.ts';
import { AuditedChanges } from './audited-changes.service.ts';
import { KeyRing } from './key-ring.ts';
import { rowToBudget } from './key-rows.ts';
import {
  BUDGET_SETTINGS,
  readBudgetSettings,
  type BudgetSettings,
} from './read-budget-settings.ts';
import { readInput } from './read-input.ts';
import type { BudgetRule } from './roster.ts';

/**
 * The budgets of the database, for operators. Input has the members of an entry of a keys file.
 * `actor` is who asks, for the audit.
 * @throws ApiError 400 for input, 404 for a budget that is not there, 409 (also without a database)
 * @throws DatabaseError
 */
@Injectable()
export class BudgetAdmin {
  constructor(
    private readonly changes: AuditedChanges,
    private readonly ring: KeyRing,
    private readonly models: ModelsFileService,
  ) {}

  /** By scope, subject and period. */
  async list(page: PageRequest): Promise<Page<BudgetRule>> {
    const { kysely, sql } = this.changes.open;
    const cursor = readCursor(page, 'string', 'string', 'string');
    let query = kysely.selectFrom('budgets').selectAll();
    if (cursor) query = query.where(sql<boolean>`(scope, subject, period) > (${sql.join(cursor)})`);
    const ordered = query.orderBy('scope').orderBy('subject').orderBy('period');
    const rows = await ordered.limit(page.limit + 1).execute();
    return toPage(rows, page.limit, (row) => [row.scope, row.subject, row.period], rowToBudget);
  }

  async create(actor: string, input: unknown): Promise<BudgetRule> {
    const settings = readInput(input, BUDGET_SETTINGS, readBudgetSettings);
    const budget = { id: randomUUID(), ...settings };
    const now = Date.now();
    return this.changes.make(actor, 'budget.create', async (trx) => {
      await this.#requireSubject(trx, settings);
      const { scope, subject, period } = settings;
      const alike = trx.selectFrom('budgets').select('id').where('scope', '=', scope);
      const there = alike.where('subject', '=', subject).where('period', '=', period);
      if (await there.executeTakeFirst()) {
        throw catalogue.conflict('There is a budget for the same and the same period already.');
      }
      const row = { ...budget, created_at: now, updated_at: now };
      await trx.insertInto('budgets').values(row).execute();
      return { subject: budget.id, before: undefined, after: budget, result: budget };
    });
  }

  /** Changes the points. What was spent in the running period counts as before. */
  async update(actor: string, id: string, input: unknown): Promise<BudgetRule> {
    const points = readInput(input, ['points'], (entry) => {
      if (!entry.has('points')) entry.tell('points', 'points is missing');
      return entry.whole('points', 0);
    });
    return this.changes.make(actor, 'budget.update', async (trx) => {
      const before = rowToBudget(await find(trx, id));
      const columns = { points, updated_at: Date.now() };
      await trx.updateTable('budgets').set(columns).where('id', '=', id).execute();
      const after = { ...before, points };
      return { subject: id, before, after, result: after };
    });
  }

  delete(actor: string, id: string): Promise<void> {
    return this.changes.make(actor, 'budget.delete', async (trx) => {
      const before = rowToBudget(await find(trx, id));
      await trx.deleteFrom('budgets').where('id', '=', id).execute();
      return { subject: id, before, after: undefined, result: undefined };
    });
  }

  /** A budget for a name that was mistyped would hold nobody back. */
  async #requireSubject(trx: Transaction<Schema>, settings: BudgetSettings): Promise<void> {
    const { scope, subject } = settings;
    if (await this.#exists(trx, scope, subject)) return;
    throw catalogue.invalidRequest(`there is no ${scope} "${subject}"`, scope);
  }

  async #exists(trx: Transaction<Schema>, scope: BudgetRule['scope'], subject: string) {
    if (scope === 'model') return this.models.registry.models.some(({ name }) => name === subject);
    if (this.ring.knows(scope, subject)) return true;
    const rows = trx.selectFrom(scope === 'team' ? 'teams' : 'keys').select('id');
    return (await rows.where('id', '=', subject).executeTakeFirst()) !== undefined;
  }
}

async function find(trx: Transaction<Schema>, id: string): Promise<BudgetRow> {
  const row = await trx.selectFrom('budgets').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw catalogue.routeNotFound('There is no such budget in the database.');
  return row;
}
