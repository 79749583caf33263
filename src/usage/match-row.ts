import type { PoeKey } from '../config/config.ts';
import type { HistoryRow } from './history-row.ts';

/** A call of Poe that wants to know what it cost. Times are ms since 1970 on Poe's clock. */
export interface LedgerCall {
  /** It was made with this key: its row is on the ledger of the key's account. */
  readonly key: PoeKey;
  readonly bot: string;
  readonly sentAt: number;
  /** When the answer's headers came: the row's start lies before it. */
  readonly respondedAt: number;
  /** As reported by the answer; absent when the answer broke off. */
  readonly usage: CallUsage | undefined;
  /** It has been looked for since then; ms of `performance.now()`. */
  readonly soughtSince?: number;
}

export interface CallUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** xAI bills these on top of the completion tokens, others within them. */
  readonly reasoningTokens: number;
}

/** What our clock and Poe's may differ by after correction, and the way of the request. */
export const SKEW_MS = 2000;

/** Whether `row` can be the bill of `call`; `keyName` undefined means not known yet. */
export function isCandidate(
  call: LedgerCall,
  row: HistoryRow,
  keyName: string | undefined,
): boolean {
  return (
    // What is cheap to compare and seldom the same comes first.
    row.startedAt >= call.sentAt - SKEW_MS &&
    row.startedAt <= call.respondedAt + SKEW_MS &&
    tokensAgree(call.usage, row) &&
    (keyName === undefined || row.keyName === keyName) &&
    row.bot.toLowerCase() === call.bot.toLowerCase()
  );
}

/**
 * The row of `call` among `candidates`, or undefined as long as that is not certain.
 * Rows that cost the same are interchangeable; rows that differ are not guessed between.
 * @param rivals calls still open for which one of the candidates could be the row as well
 * @param lastChance nobody waits longer: rivals whose rows are late no longer count
 */
export function matchRow(
  call: LedgerCall,
  candidates: readonly HistoryRow[],
  rivals: number,
  lastChance: boolean,
): HistoryRow | undefined {
  const nearest = candidates.reduce<HistoryRow | undefined>(
    (best, row) => (best && distance(call, best) <= distance(call, row) ? best : row),
    undefined,
  );
  if (!nearest) return undefined;
  if (!call.usage) return candidates.length === 1 && rivals === 0 ? nearest : undefined;
  const costTheSame = candidates.every((row) => row.points === nearest.points);
  const enoughForAll = candidates.length > rivals;
  // Without token counts only the number of rows tells the calls of one bot apart.
  const surrender = lastChance && nearest.inputTokens !== undefined;
  return costTheSame && (enoughForAll || surrender) ? nearest : undefined;
}

function distance(call: LedgerCall, row: HistoryRow): number {
  return Math.abs(row.startedAt - call.sentAt);
}

/** Whether `row` can be of an answer that reported `usage`; flat prices fit all. */
export function tokensAgree(
  usage: CallUsage | undefined,
  row: Pick<HistoryRow, 'inputTokens' | 'outputTokens'>,
): boolean {
  if (!usage) return true;
  const { promptTokens, completionTokens, reasoningTokens } = usage;
  const input = row.inputTokens === undefined || row.inputTokens === promptTokens;
  const output =
    row.outputTokens === undefined ||
    row.outputTokens === completionTokens ||
    row.outputTokens === completionTokens + reasoningTokens;
  return input && output;
}
