import { expect, it } from 'vitest';
import { deleteOldRows } from '../../src/ledger/delete-old-rows.ts';
import { markLost } from '../../src/ledger/mark-lost.ts';
import type { Database } from '../../src/store/database.ts';
import type { RequestRow } from '../../src/store/schema.ts';
import { describeDatabases } from '../support/databases.ts';
import { requestsOf } from '../support/ledger-gateway.ts';

const ROW: RequestRow = {
  id: 'r',
  instance: 'one',
  opened_at: 1,
  closed_at: null,
  key_id: 'k',
  key_name: 'k',
  team_id: 't',
  team_name: 't',
  model: 'm',
  model_used: null,
  stream: 0,
  status: 'open',
  http_status: null,
  tokens_in: null,
  tokens_cached: null,
  tokens_out: null,
  tokens_reasoning: null,
  held: 7,
  points: 7,
  grade: 'estimate',
  query_id: null,
  attempts: 0,
  first_token_ms: null,
  duration_ms: null,
};

describeDatabases('The upkeep of the ledger', ({ open }) => {
  const addRows = async ({ kysely }: Database, rows: Partial<RequestRow>[]) => {
    const all = rows.map((row) => ({ ...ROW, ...row }));
    await kysely.insertInto('requests').values(all).execute();
  };

  it('marks as lost what is open and whose process gives no sign of life', async () => {
    const database = await open();
    const lease = async (name: string, ms: number) => {
      const expires_at = database.sql<number>`${database.now()} + ${database.sql.lit(ms)}`;
      await database.kysely
        .insertInto('leases')
        .values({ name: `instance:${name}`, holder: name, expires_at })
        .execute();
    };
    await lease('alive', 15_000);
    await lease('late', -10_000);
    await lease('dead', -20_000);
    await addRows(database, [
      ...['alive', 'late', 'dead', 'unheard-of'].map((name, at) => ({
        id: name,
        instance: name,
        opened_at: at,
      })),
      { id: 'closed', instance: 'dead', opened_at: 9, status: 'completed' },
    ]);
    expect((await markLost(database)).map(({ points }) => points)).toEqual([7, 7]);
    expect((await requestsOf(database)).map(({ id, status }) => [id, status])).toEqual([
      ['alive', 'open'],
      ['late', 'open'],
      ['dead', 'lost'],
      ['unheard-of', 'lost'],
      ['closed', 'completed'],
    ]);
    expect(await markLost(database)).toEqual([]);
  });

  it('deletes old requests with their calls, a batch at a time', async () => {
    const database = await open();
    for (const from of [0, 500, 1000]) {
      const rows = Array.from({ length: 500 }, (_, at) => ({ id: `${from + at}`, opened_at: 1 }));
      await addRows(database, rows);
    }
    await addRows(database, [{ id: 'new', opened_at: 100 }]);
    const call = { account: 'a', key_name: null, bot: 'b', sent_at: 1, responded_at: null };
    const cost = { tokens_in: 1, tokens_out: 1, tokens_reasoning: 0, points: 1, query_id: null };
    await database.kysely
      .insertInto('calls')
      .values(
        ['5', 'new'].map((id) => ({
          ...call,
          ...cost,
          id,
          request_id: id,
          grade: 'estimate' as const,
        })),
      )
      .execute();
    expect(await deleteOldRows(database, 100)).toBe(true);
    expect(await requestsOf(database)).toHaveLength(501);
    expect(await deleteOldRows(database, 100)).toBe(false);
    expect((await requestsOf(database)).map(({ id }) => id)).toEqual(['new']);
    const calls = await database.kysely.selectFrom('calls').select('id').execute();
    expect(calls).toEqual([{ id: 'new' }]);
  });
});
