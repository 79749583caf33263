import type { Bill } from '../ledger/ledger-entries.ts';
import type { CallRow, Grade } from '../store/schema.ts';
import type { HistoryRow } from '../usage/history-row.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

/** Surest first. */
const GRADES: readonly Grade[] = ['exact', 'equal', 'estimate', 'unmatched'];

/**
 * What the ledger keeps of a request's cost.
 * @param costs points of each call that Poe may have billed
 * @param rows of Poe's ledger, as far as they were found
 * @param rest grade of the calls without one
 */
export function toBill(
  { ledgerId, calls }: Exchange,
  costs: ReadonlyMap<UpstreamCall, number>,
  rows: ReadonlyMap<UpstreamCall, HistoryRow>,
  rest: 'estimate' | 'unmatched',
): Bill {
  const billed = [...costs].map(([call, points]): CallRow => {
    const row = rows.get(call);
    return {
      id: `${ledgerId}.${calls.indexOf(call)}`,
      request_id: ledgerId,
      account: call.key.account,
      key_name: row?.keyName ?? (call.key.name || null),
      bot: call.model.name,
      sent_at: onPoesClock(call, call.sentAt),
      responded_at: call.respondedAt === undefined ? null : onPoesClock(call, call.respondedAt),
      tokens_in: call.usage?.promptTokens ?? null,
      tokens_out: call.usage?.completionTokens ?? null,
      tokens_reasoning: call.usage?.reasoningTokens ?? null,
      points: Math.ceil(points),
      grade: row ? gradeOf(row) : rest,
      query_id: row?.queryId ?? null,
    };
  });
  const worst = Math.max(0, ...billed.map(({ grade }) => GRADES.indexOf(grade)));
  return {
    points: billed.reduce((sum, { points }) => sum + points, 0),
    grade: GRADES[worst] ?? 'unmatched',
    queryId: billed.findLast(({ query_id }) => query_id !== null)?.query_id ?? null,
    calls: billed,
  };
}

function gradeOf({ isOneOfEquals }: HistoryRow): Grade {
  return isOneOfEquals ? 'equal' : 'exact';
}

function onPoesClock({ clockOffsetMs }: UpstreamCall, time: number): number {
  return Math.round(time + clockOffsetMs);
}
