import { expect, it } from 'vitest';
import { ReconciliationReport } from '../../src/ledger/reconciliation/reconciliation-report.service.ts';
import type { Database } from '../../src/store/database.ts';
import type { CallRow, PoeEntryRow, RequestRow } from '../../src/store/schema.ts';
import { describeDatabases } from '../support/databases.ts';

const DAY = Date.UTC(2026, 0, 31);
const NEXT = Date.UTC(2026, 1, 1);
const HOUR = 3600 * 1000;

describeDatabases('The report of the reconciliation', ({ open }) => {
  const fill = async ({ kysely }: Database) => {
    const call = (id: string, changes: Partial<CallRow>): CallRow => ({
      id,
      request_id: `r-${id}`,
      account: 'acme',
      key_name: 'k',
      bot: 'Bot',
      sent_at: DAY + HOUR,
      responded_at: null,
      tokens_in: null,
      tokens_out: null,
      tokens_reasoning: null,
      points: 0,
      grade: 'exact',
      query_id: null,
      ...changes,
    });
    const entry = (id: string, changes: Partial<PoeEntryRow>): PoeEntryRow => ({
      query_id: id,
      account: 'acme',
      key_name: 'k',
      bot: 'Bot',
      created_at: DAY + HOUR,
      usage_type: 'API',
      points: 0,
      tokens_in: null,
      tokens_cached: null,
      tokens_out: null,
      first_seen_at: DAY,
      updated_at: DAY,
      call_id: null,
      kind: 'pending',
      reason: null,
      ...changes,
    });
    const lost: Partial<RequestRow> = { status: 'lost', opened_at: NEXT + 1, points: 500 };
    await kysely
      .insertInto('calls')
      .values([
        call('same', { points: 10, query_id: 'q-same' }),
        call('other', { points: 20, query_id: 'q-other' }),
        call('unbilled', { points: 3, grade: 'unmatched', sent_at: NEXT - 1 }),
        call('of-labs', { points: 7, query_id: 'q-labs', account: 'labs', sent_at: NEXT }),
      ])
      .execute();
    await kysely
      .insertInto('poe_entries')
      .values([
        entry('q-same', { points: 10, kind: 'matched', call_id: 'same' }),
        entry('q-other', { points: 21, kind: 'matched', call_id: 'other' }),
        entry('q-chat', { points: 100, kind: 'external', reason: 'chat', usage_type: 'Chat' }),
        entry('q-nobody', { points: 50, kind: 'external', reason: 'no_call', created_at: DAY }),
        entry('q-open', { points: 5, created_at: NEXT - 1 }),
        entry('q-labs', {
          points: 7,
          kind: 'matched',
          call_id: 'of-labs',
          account: 'labs',
          created_at: NEXT,
        }),
      ])
      .execute();
    await kysely
      .insertInto('requests')
      .values({
        id: 'dead',
        instance: 'i',
        closed_at: NEXT + HOUR,
        key_id: 'k',
        key_name: 'k',
        team_id: 't',
        team_name: 't',
        model: 'm',
        stream: 1,
        held: 500,
        grade: 'estimate',
        attempts: 0,
        ...lost,
      } as RequestRow)
      .execute();
  };

  it('compares Poe’s bill with the ledger, by day and account', async () => {
    const database = await open();
    await fill(database);
    const report = new ReconciliationReport(database);
    const days = await report.days({ from: '2026-01-31', to: '2026-02-01' });
    const none = { billed: 0, booked: 0, external: 0, unmatched: 0, pending: 0, difference: 0 };
    expect(days).toEqual([
      {
        date: '2026-01-31',
        account: 'acme',
        billed: 186,
        booked: 30,
        external: 150,
        unmatched: 3,
        pending: 5,
        difference: 3,
      },
      { ...none, date: '2026-02-01', account: null, unmatched: 500, difference: -500 },
      { ...none, date: '2026-02-01', account: 'labs', billed: 7, booked: 7 },
    ]);
    expect(await report.days({ from: '2026-02-01', to: '2026-02-01' })).toHaveLength(2);
  });

  it('has the rows that explain it, a page at a time', async () => {
    const database = await open();
    await fill(database);
    const report = new ReconciliationReport(database);
    const rows = async (date: string, kind: 'external' | 'pending' | 'unmatched' | 'differing') => {
      const found = [];
      let after: string | undefined;
      do {
        const page = await report.rows({ date, kind, after, limit: 1 });
        found.push(...page.data);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found.map(({ id, billed, booked, reason }) => [id, billed, booked, reason]);
    };
    expect(await rows('2026-01-31', 'external')).toEqual([
      ['q-nobody', 50, null, 'no_call'],
      ['q-chat', 100, null, 'chat'],
    ]);
    expect(await rows('2026-01-31', 'pending')).toEqual([['q-open', 5, null, null]]);
    expect(await rows('2026-01-31', 'differing')).toEqual([['q-other', 21, 20, null]]);
    expect(await rows('2026-01-31', 'unmatched')).toEqual([['unbilled', null, 3, null]]);
    expect(await rows('2026-02-01', 'unmatched')).toEqual([['dead', null, 500, null]]);
  });

  it('is not there without a database', async () => {
    const report = new ReconciliationReport(undefined);
    await expect(report.days({ from: '2026-01-31', to: '2026-01-31' })).rejects.toMatchObject({
      status: 404,
    });
  });
});
