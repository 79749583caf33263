import type { Database } from '../../store/database.ts';
import type { PoeEntryRow } from '../../store/schema.ts';
import type { Entry } from './claimant.ts';

/** Ids in one statement. */
const BATCH = 500;

type Reason = NonNullable<PoeEntryRow['reason']>;

/** From now on they count as what somebody else did with the account. */
export async function markExternal(
  { kysely }: Database,
  entries: readonly Entry[],
  reasonOf: (entry: Entry) => Reason,
): Promise<void> {
  const groups = Map.groupBy(entries, (entry) => `${reasonOf(entry)} ${entry.account}`);
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += BATCH) {
      const batch = group.slice(from, from + BATCH);
      const [first] = batch;
      if (!first) continue;
      await kysely
        .updateTable('poe_entries')
        .set({ kind: 'external', reason: reasonOf(first) })
        .where('kind', '=', 'pending')
        .where('account', '=', first.account)
        .where(
          'query_id',
          'in',
          batch.map(({ query_id }) => query_id),
        )
        .execute();
    }
  }
}
