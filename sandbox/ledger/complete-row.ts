import type { SeededRandom } from '../random.ts';
import { usdText } from './bill.ts';
import { queryId } from './book-call.ts';
import type { LedgerRow } from './ledger-row.ts';

/** A row that no call of this sandbox made: what is not said is made up. */
export function completeRow(
  row: Partial<LedgerRow>,
  random: SeededRandom,
  number: number,
  now: number,
): LedgerRow {
  const points = row.cost_points ?? 100;
  return {
    creation_time: now * 1000,
    bot_name: 'Claude-Haiku-4.5',
    query_id: queryId(random, 'added', number),
    usage_type: 'API',
    cost_usd: usdText(points),
    cost_points: points,
    cost_breakdown_in_points: { Total: points === 1 ? '1 point' : `${points} points` },
    api_key_name: 'Default API Key',
    ...row,
  };
}
