import type { PoeKey } from '../config/config.ts';
import type { PoeAccount } from '../poe/poe-accounts.ts';
import type { HistoryRow } from './history-row.ts';
import type { LedgerCall } from './match-row.ts';
import type { HistoryPage } from './parse-history.ts';

/** Poe's ledger as the Usage API shows it: newest first, so many rows a page. */
export class FakeLedger {
  rows: HistoryRow[] = [];
  answersAfterMs = 20;
  failing = false;
  pageSize = 100;
  readonly reads: { at: number; after: string | undefined }[] = [];
  mostAtOnce = 0;
  #atOnce = 0;

  async readHistory(_account: PoeAccount, after?: string): Promise<HistoryPage> {
    this.reads.push({ at: performance.now(), after });
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.#atOnce += 1));
    await new Promise((resolve) => setTimeout(resolve, this.answersAfterMs));
    this.#atOnce -= 1;
    if (this.failing) throw new Error('no answer');
    const sorted = this.rows.toSorted((a, b) => b.startedAt - a.startedAt);
    const from = sorted.findIndex(({ queryId }) => queryId === after) + 1;
    const rows = sorted.slice(from, from + this.pageSize);
    const last = rows.at(-1);
    return {
      entries: [],
      rows,
      next: from + this.pageSize < sorted.length ? last?.queryId : undefined,
      oldest: last?.startedAt ?? Infinity,
    };
  }
}

let ids = 0;

/** The only key, as POE_API_KEY alone gives it. */
export const ONLY_KEY: PoeKey = { name: 'default', account: 'default', secret: 'a-key' };

/** A call made now. */
export function callOf(promptTokens = 10, changes: Partial<LedgerCall> = {}): LedgerCall {
  return {
    key: ONLY_KEY,
    bot: 'bot',
    sentAt: Date.now(),
    respondedAt: Date.now(),
    usage: { promptTokens, completionTokens: 5, reasoningTokens: 0 },
    ...changes,
  };
}

/** The bill of a call. */
export function rowOf(call: LedgerCall, changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    queryId: `q${++ids}`,
    bot: 'Bot',
    keyName: 'ours',
    startedAt: call.sentAt + 30,
    points: 7,
    inputTokens: call.usage?.promptTokens,
    outputTokens: call.usage?.completionTokens,
    ...changes,
  };
}
