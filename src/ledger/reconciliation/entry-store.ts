import type { Database } from '../../store/database.ts';
import type { PoeEntryRow } from '../../store/schema.ts';
import type { HistoryEntry } from '../../usage/history-entry.ts';

/** What the database keeps of Poe's ledgers, as they were last read. */
export class EntryStore {
  constructor(private readonly database: Database) {}

  /** When all was known that the account's ledger showed, ms UTC; undefined: never yet. */
  async completeUntil(account: string): Promise<number | undefined> {
    const row = await this.database.kysely
      .selectFrom('poe_reads')
      .select('complete_until')
      .where('account', '=', account)
      .executeTakeFirst();
    return row?.complete_until;
  }

  async setCompleteUntil(account: string, time: number): Promise<void> {
    await this.database.kysely
      .insertInto('poe_reads')
      .values({ account, complete_until: time })
      .onConflict((conflict) => conflict.column('account').doUpdateSet({ complete_until: time }))
      .execute();
  }

  /** When this deployment's own ledger begins, ms UTC. */
  async firstRequestAt(): Promise<number | undefined> {
    const row = await this.database.kysely
      .selectFrom('requests')
      .select('opened_at')
      .orderBy('opened_at')
      .limit(1)
      .executeTakeFirst();
    return row?.opened_at;
  }

  /** Adds those that are new and changes those that are not as they were. Harmless twice. */
  async save(account: string, entries: readonly HistoryEntry[], now: number): Promise<void> {
    const rows = new Map(entries.map((entry) => [entry.queryId, toRow(account, entry, now)]));
    const known = await this.#known(account, [...rows.keys()]);
    for (const row of known) {
      const fresh = rows.get(row.query_id);
      if (fresh && isSame(fresh, row)) rows.delete(row.query_id);
    }
    if (rows.size === 0) return;
    await this.database.kysely
      .insertInto('poe_entries')
      .values([...rows.values()])
      .onConflict((conflict) =>
        conflict.columns(['query_id', 'account']).doUpdateSet((build) => ({
          points: build.ref('excluded.points'),
          tokens_in: build.ref('excluded.tokens_in'),
          tokens_cached: build.ref('excluded.tokens_cached'),
          tokens_out: build.ref('excluded.tokens_out'),
          updated_at: build.ref('excluded.updated_at'),
        })),
      )
      .execute();
  }

  #known(account: string, ids: string[]) {
    if (ids.length === 0) return Promise.resolve([]);
    return this.database.kysely
      .selectFrom('poe_entries')
      .select(['query_id', 'points', 'tokens_in', 'tokens_cached', 'tokens_out'])
      .where('account', '=', account)
      .where('query_id', 'in', ids)
      .execute();
  }
}

type Figures = Pick<PoeEntryRow, 'points' | 'tokens_in' | 'tokens_cached' | 'tokens_out'>;

function isSame(a: Figures, b: Figures): boolean {
  return (
    a.points === b.points &&
    a.tokens_in === b.tokens_in &&
    a.tokens_cached === b.tokens_cached &&
    a.tokens_out === b.tokens_out
  );
}

function toRow(account: string, entry: HistoryEntry, now: number): PoeEntryRow {
  return {
    query_id: entry.queryId,
    account,
    key_name: entry.keyName ?? null,
    bot: entry.bot,
    // One without a time is found by when it was seen.
    created_at: Number.isFinite(entry.startedAt) ? Math.round(entry.startedAt) : now,
    usage_type: entry.usageType ?? null,
    points: Math.round(entry.points),
    tokens_in: entry.inputTokens ?? null,
    tokens_cached: entry.cachedTokens ?? null,
    tokens_out: entry.outputTokens ?? null,
    first_seen_at: now,
    updated_at: now,
    call_id: null,
    kind: entry.isOfApi ? 'pending' : 'external',
    reason: entry.isOfApi ? null : 'chat',
  };
}
