import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import type { Database } from '../../src/store/database.ts';
import type { CallRow, PoeEntryRow } from '../../src/store/schema.ts';
import type { Tweak } from './start-gateway.ts';

/** The real times are minutes: all of them a thousandth or less. */
export function hurry(graceMs = 600, intervalMs = 60): Tweak {
  return (config) => {
    const { windowMs } = config.reconciliation;
    return { ...config, reconciliation: { windowMs, intervalMs, graceMs, leaveMs: 0 } };
  };
}

/** Nobody is held up by limits. */
export const UNLIMITED = { POE_REQUESTS_PER_MINUTE: '0' };

export function entriesOf({ kysely }: Database): Promise<PoeEntryRow[]> {
  return kysely.selectFrom('poe_entries').selectAll().orderBy('created_at').execute();
}

export function callsOf({ kysely }: Database): Promise<CallRow[]> {
  return kysely.selectFrom('calls').selectAll().orderBy('sent_at').execute();
}

/** What Poe bills, all in all, whether it shows it yet or not. */
export function billOf({ ledger }: Pick<Sandbox, 'ledger'>): number {
  return ledger.reduce((sum, row) => sum + row.cost_points, 0);
}

/** What the ledger says: requests, and what others did with the account. */
export async function bookedIn(database: Database): Promise<number> {
  const requests = await database.kysely.selectFrom('requests').select('points').execute();
  const entries = await entriesOf(database);
  const external = entries.filter(({ kind }) => kind === 'external');
  return [...requests, ...external].reduce((sum, { points }) => sum + points, 0);
}
