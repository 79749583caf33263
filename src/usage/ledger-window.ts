import type { HistoryRow } from './history-row.ts';

/** Rows are kept this long after they were last seen: longer than any call waits for its own. */
const KEEP_MS = 15 * 60_000;
/** Ids of claimed rows, and rows of one bot that nobody claimed: far more than are read again. */
const MOST_CLAIMED = 5000;
const MOST_UNCLAIMED = 2000;

type Rows = Map<string, { row: HistoryRow; seenAt: number }>;

/** The newest part of Poe's ledger as far as it was read, and which rows are spoken for. */
export class LedgerWindow {
  /** By bot in lower case: a call looks at rows of its own bot only. */
  readonly #unclaimed = new Map<string, Rows>();
  readonly #claimed = new Map<string, number>();

  /** A row seen again replaces what was known of it, since costs may be corrected. */
  add(rows: readonly HistoryRow[], now: number): void {
    for (const row of rows) {
      if (!this.#claimed.has(row.queryId))
        this.#rowsOf(row.bot).set(row.queryId, { row, seenAt: now });
    }
    this.#forget(now);
  }

  unclaimed(bot: string): HistoryRow[] {
    const rows = this.#unclaimed.get(bot.toLowerCase());
    return rows ? [...rows.values()].map(({ row }) => row) : [];
  }

  /** A row is the bill of one call only: from now on nobody else is given it. */
  claim(row: HistoryRow, now: number): void {
    this.#rowsOf(row.bot).delete(row.queryId);
    this.#claimed.set(row.queryId, now);
  }

  #rowsOf(bot: string): Rows {
    const key = bot.toLowerCase();
    const rows = this.#unclaimed.get(key) ?? (new Map() as Rows);
    this.#unclaimed.set(key, rows);
    return rows;
  }

  #forget(now: number): void {
    for (const [bot, rows] of this.#unclaimed) {
      for (const [id, { seenAt }] of rows) {
        if (now - seenAt > KEEP_MS || rows.size > MOST_UNCLAIMED) rows.delete(id);
      }
      if (rows.size === 0) this.#unclaimed.delete(bot);
    }
    // A map iterates in the order of insertion: the oldest claims come first.
    for (const [id, claimedAt] of this.#claimed) {
      if (now - claimedAt <= KEEP_MS && this.#claimed.size <= MOST_CLAIMED) break;
      this.#claimed.delete(id);
    }
  }
}
