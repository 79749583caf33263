import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { describeDatabases } from '../support/databases.ts';
import { requestsOf } from '../support/ledger-gateway.ts';
import { bookedIn, callsOf, entriesOf } from '../support/reconciliation.ts';
import { CALL, PACE } from './model-call.ts';
import { ReconciliationModel } from './reconciliation-model.ts';

const RUNS = Number(process.env.RECONCILIATION_RUNS ?? 6);
const TABLES = ['requests', 'calls', 'poe_entries', 'poe_reads'] as const;

describeDatabases('Whatever Poe’s ledger does', ({ open }) => {
  let database: Database | undefined;

  const begin = async () => {
    database ??= await open();
    for (const table of TABLES) await database.kysely.deleteFrom(table).execute();
    return database;
  };

  it('the ledger has the same sum in the end, and no entry counts twice', async () => {
    const calls = fc.array(CALL, { minLength: 1, maxLength: 30 });
    const property = fc.asyncProperty(calls, PACE, async (made, pace) => {
      const kept = await begin();
      const model = new ReconciliationModel(kept);
      await model.run(made, pace);
      expect(await bookedIn(kept)).toBe(model.poe.bill);
      const requests = await requestsOf(kept);
      expect(requests.reduce((sum, { points }) => sum + points, 0)).toBe(model.rows.spent);
      const entries = await entriesOf(kept);
      expect(entries).toHaveLength(model.poe.rows.length);
      expect(entries.filter(({ kind }) => kind === 'pending')).toEqual([]);
      const rows = await callsOf(kept);
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const entry of entries.filter(({ kind }) => kind === 'matched')) {
        const call = byId.get(entry.call_id ?? '');
        expect(call).toMatchObject({ query_id: entry.query_id, points: entry.points });
        // Where token counts differ nobody gets what is another's, but for bots whose never agree.
        if (call?.tokens_in === null || call?.grade === 'estimate') continue;
        expect(call?.tokens_in).toBe(entry.tokens_in);
      }
      const billed = made.filter(({ fate }) => fate === 'answered' || fate === 'found');
      const answered = rows.filter(({ tokens_in, id }) => tokens_in !== null && isWritten(id));
      const found = answered.filter(({ query_id }) => query_id !== null);
      expect(found.length).toBeGreaterThanOrEqual(billed.length);
    });
    await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 60_000 });
  }, 120_000);
});

/** By its own process. */
function isWritten(id: string): boolean {
  return !id.startsWith('lost:');
}
