import type { HistoryRow } from './history-row.ts';
import type { LedgerNames } from './ledger-names.ts';
import { isCandidate, type LedgerCall } from './match-row.ts';

/** The key name on a row that fits the call in everything else: then the known name is wrong. */
export function misnamedKey(
  call: LedgerCall,
  rows: readonly HistoryRow[],
  names: LedgerNames,
): string | undefined {
  const known = names.of(call.key);
  if (known === undefined || !call.usage) return undefined;
  return rows.find(
    (row) =>
      row.inputTokens !== undefined &&
      row.keyName !== known &&
      isCandidate(call, row, undefined) &&
      !names.isOfAnother(call.key, row.keyName),
  )?.keyName;
}
