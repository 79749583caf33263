import type { Database } from '../../store/database.ts';
import type { Entry } from './claimant.ts';

/** More than an account has in half an hour at its limits; the rest is for the next pass. */
const MOST = 20_000;

/**
 * Those that are nobody's, oldest first. What is not billed yet is left out; what fitted nothing
 * stays in for a while, for rows of calls may be written late.
 * @param oldBefore seen first before that: had time enough to find its call; ms UTC
 * @param lateAfter seen first after that: external ones may still find it
 */
export async function readEntries(
  { reports }: Database,
  oldBefore: number,
  lateAfter: number,
): Promise<Entry[]> {
  const rows = await reports
    .selectFrom('poe_entries')
    .select(['query_id', 'account', 'key_name', 'bot', 'created_at', 'points', 'kind'])
    .select(['tokens_in', 'tokens_out', 'first_seen_at'])
    .where((where) =>
      where.or([
        where('kind', '=', 'pending'),
        where.and([
          where('kind', '=', 'external'),
          where('reason', '<>', 'chat'),
          where('first_seen_at', '>=', lateAfter),
        ]),
      ]),
    )
    .orderBy('created_at')
    .limit(MOST)
    .execute();
  return rows
    .map(({ first_seen_at, ...row }) => ({ ...row, isOld: first_seen_at < oldBefore }))
    .filter((row) => row.isOld || row.points !== 0 || hasCounts(row));
}

function hasCounts({ tokens_in, tokens_out }: Pick<Entry, 'tokens_in' | 'tokens_out'>): boolean {
  return tokens_in !== null || tokens_out !== null;
}
