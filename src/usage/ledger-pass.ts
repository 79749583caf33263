import type { HistoryRow } from './history-row.ts';
import { SKEW_MS, type LedgerCall } from './match-row.ts';

/** Somebody who wants to know the row of a call. */
export interface Claim {
  readonly call: LedgerCall;
  readonly urgent: boolean;
  readonly since: number;
  readonly deadline: number;
  readonly resolve: (row: HistoryRow | undefined) => void;
  /** A call of another key was after the same row: who took whose is not certain. */
  contested: boolean;
}

interface OfBot {
  /** By the start of their calls. */
  readonly rows: HistoryRow[];
  readonly claims: Set<Claim>;
}

type Fits = (call: LedgerCall, row: HistoryRow) => boolean;

/**
 * One look at the ledger for all who wait: which rows could be whose. Thousands of abandoned calls
 * may wait for theirs, so rows are found by their time and claims by their bot.
 */
export class LedgerPass {
  readonly #bots = new Map<string, OfBot>();
  readonly #taken = new Set<HistoryRow>();
  readonly #fits: Fits;

  constructor(claims: Iterable<Claim>, rowsOf: (bot: string) => HistoryRow[], fits: Fits) {
    this.#fits = fits;
    for (const claim of claims) {
      const { bot } = claim.call;
      const known = this.#bots.get(bot);
      if (known) known.claims.add(claim);
      else {
        const rows = rowsOf(bot).sort((a, b) => a.startedAt - b.startedAt);
        this.#bots.set(bot, { rows, claims: new Set([claim]) });
      }
    }
  }

  /** Rows that could be the one of `call`, in the order of their time; `most` of them are enough. */
  candidates(call: LedgerCall, most = Infinity): HistoryRow[] {
    const { rows } = this.#of(call);
    const found: HistoryRow[] = [];
    for (let at = firstFrom(rows, call.sentAt - SKEW_MS); at < rows.length; at++) {
      const row = rows[at];
      if (!row || row.startedAt > call.respondedAt + SKEW_MS || found.length >= most) break;
      if (!this.#taken.has(row) && this.#fits(call, row)) found.push(row);
    }
    return found;
  }

  /** Whether some row fits the call in all but its token counts. */
  hasNearMiss(call: LedgerCall): boolean {
    const anyUsage = { ...call, usage: undefined };
    return this.candidates(anyUsage, 1).length > 0 && this.candidates(call, 1).length === 0;
  }

  /** Others for which one of `rows` could be the row as well. */
  rivals(claim: Claim, rows: readonly HistoryRow[]): Claim[] {
    return [...this.#of(claim.call).claims].filter(
      (other) => other !== claim && rows.some((row) => this.#fits(other.call, row)),
    );
  }

  /** The claim is settled, with that row if there is one. */
  settle(claim: Claim, row: HistoryRow | undefined): void {
    this.#of(claim.call).claims.delete(claim);
    if (row) this.#taken.add(row);
  }

  #of({ bot }: LedgerCall): OfBot {
    return this.#bots.get(bot) ?? { rows: [], claims: new Set() };
  }
}

/** Index of the first row that started at `time` or later. */
function firstFrom(rows: readonly HistoryRow[], time: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.startedAt ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
