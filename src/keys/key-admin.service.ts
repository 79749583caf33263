import { Injectable } from '@nestjs/common';
import type { Kysely, Transaction } from 'kysely';
import { isRecord } from '../config/is-record.ts';
import { catalogue } from '../errors/catalogue.ts';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';
import type { KeyRow, Schema } from '../store/schema.ts';
import { AuditedChanges } from './audited-changes.service.ts';
import { DEFAULT_TEAM } from './caller.ts';
import { createKeyText } from './create-key-text.ts';
import { settingsToColumns } from './key-rows.ts';
import { viewKey, type KeyView } from './key-view.ts';
import { readInput } from './read-input.ts';
import { KEY_SETTINGS, readKeySettings } from './read-key-settings.ts';

/** A year: what is to be good for longer needs no new secret. */
const MOST_GRACE_MS = 366 * 24 * 3600 * 1000;

type Columns = Partial<Omit<KeyRow, 'id'>>;

export interface KeyWithText {
  readonly key: KeyView;
  /** The whole key with its secret: nobody will see it again. */
  readonly text: string;
}

/**
 * The keys of the database, for operators. Input has the members of an entry of a keys file. `actor`
 * is who asks, for the audit.
 * @throws ApiError 400 for input, 404 for a key that is not there, 409 without a database
 * @throws DatabaseError
 */
@Injectable()
export class KeyAdmin {
  constructor(private readonly changes: AuditedChanges) {}

  /** All keys, or those of a team, the oldest first. */
  async list(page: PageRequest, team?: string): Promise<Page<KeyView>> {
    const { kysely, sql } = this.changes.open;
    const cursor = readCursor(page, 'number', 'string');
    let query = kysely.selectFrom('keys').selectAll().where('deleted_at', 'is', null);
    if (team !== undefined) query = query.where('team_id', '=', team);
    if (cursor) query = query.where(sql<boolean>`(created_at, id) > (${sql.join(cursor)})`);
    const ordered = query.orderBy('created_at').orderBy('id');
    const rows = await ordered.limit(page.limit + 1).execute();
    return toPage(rows, page.limit, (row) => [row.created_at, row.id], viewKey);
  }

  /** @throws ApiError 404 */
  async get(id: string): Promise<KeyView> {
    return viewKey(await find(this.changes.open.kysely, id));
  }

  async create(actor: string, input: unknown): Promise<KeyWithText> {
    const settings = readInput(input, KEY_SETTINGS, readKeySettings);
    const { id, text, digest } = createKeyText();
    const now = Date.now();
    return this.changes.make(actor, 'key.create', async (trx) => {
      await requireTeam(trx, settings.teamId, now);
      const columns = settingsToColumns(settings);
      const row = { id, digest, ...columns, created_at: now, updated_at: now };
      await trx.insertInto('keys').values(row).execute();
      const key = viewKey(await find(trx, id));
      return { subject: id, before: undefined, after: key, result: { key, text } };
    });
  }

  /** Changes what the input names; null takes a setting away. */
  update(actor: string, id: string, input: unknown): Promise<KeyView> {
    return this.#change(actor, 'key.update', id, async (row, trx) => {
      const current: Record<string, unknown> = { ...viewKey(row) };
      const known = Object.fromEntries(KEY_SETTINGS.map((name) => [name, current[name]]));
      const whole = isRecord(input) ? { ...known, ...input } : input;
      const settings = readInput(whole, KEY_SETTINGS, readKeySettings);
      await requireTeam(trx, settings.teamId, Date.now());
      return settingsToColumns(settings);
    });
  }

  /** Lets nobody in with it any more, until it is updated to be enabled. */
  disable(actor: string, id: string): Promise<KeyView> {
    return this.#change(actor, 'key.disable', id, () => ({ enabled: 0 }));
  }

  /** A new secret; the one before it is good for another `graceMs`, any older one no more. */
  async rotate(actor: string, id: string, graceMs: number): Promise<KeyWithText> {
    if (!Number.isSafeInteger(graceMs) || graceMs < 0 || graceMs > MOST_GRACE_MS) {
      throw catalogue.invalidRequest('the grace must be a whole number, and at most a year');
    }
    const { text, digest } = createKeyText(id);
    const key = await this.#change(actor, 'key.rotate', id, (row) => ({
      digest,
      previous_digest: graceMs === 0 ? null : row.digest,
      previous_until: graceMs === 0 ? null : Date.now() + graceMs,
    }));
    return { key, text };
  }

  /** For good: of the key its name stays, for what it has spent. Its budgets go with it. */
  delete(actor: string, id: string): Promise<void> {
    return this.changes.make(actor, 'key.delete', async (trx) => {
      const before = viewKey(await find(trx, id));
      const now = Date.now();
      const gone = { digest: '', previous_digest: null, previous_until: null };
      const times = { updated_at: now, deleted_at: now };
      await trx
        .updateTable('keys')
        .set({ ...gone, ...times })
        .where('id', '=', id)
        .execute();
      await trx
        .deleteFrom('budgets')
        .where('scope', '=', 'key')
        .where('subject', '=', id)
        .execute();
      return { subject: id, before, after: undefined, result: undefined };
    });
  }

  #change(
    actor: string,
    action: string,
    id: string,
    decide: (row: KeyRow, trx: Transaction<Schema>) => Columns | Promise<Columns>,
  ): Promise<KeyView> {
    return this.changes.make(actor, action, async (trx) => {
      const row = await find(trx, id);
      const columns = { ...(await decide(row, trx)), updated_at: Date.now() };
      await trx.updateTable('keys').set(columns).where('id', '=', id).execute();
      const after = viewKey(await find(trx, id));
      return { subject: id, before: viewKey(row), after, result: after };
    });
  }
}

async function find(trx: Kysely<Schema>, id: string): Promise<KeyRow> {
  const query = trx.selectFrom('keys').selectAll().where('id', '=', id);
  const row = await query.where('deleted_at', 'is', null).executeTakeFirst();
  if (!row) throw catalogue.routeNotFound('There is no such key in the database.');
  return row;
}

/** The default team need not be made first. */
async function requireTeam(trx: Transaction<Schema>, id: string, now: number): Promise<void> {
  const query = trx.selectFrom('teams').select('id').where('id', '=', id);
  if (await query.executeTakeFirst()) return;
  if (id !== DEFAULT_TEAM) {
    throw catalogue.invalidRequest(`there is no team "${id}" in the database`, 'team');
  }
  await trx.insertInto('teams').values({ id, name: id, created_at: now }).execute();
}
