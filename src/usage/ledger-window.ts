import type { HistoryRow } from './history-row.ts';

/** Longer than any call takes and waits for its row. */
const KEEP_MS = 15 * 60_000;
/** Ids of claimed rows, and rows of one bot that nobody claimed: far more than are read again. */
const MOST_CLAIMED = 5000;
const MOST_UNCLAIMED = 1000;

/** Oldest first. */
type Rows = Map<string, HistoryRow>;

/** The newest part of Poe's ledger as far as it was read, and which rows are spoken for. */
export class LedgerWindow {
  /** By bot in lower case: a call looks at rows of its own bot only. */
  readonly #unclaimed = new Map<string, Rows>();
  /** Oldest first. */
  readonly #claimed = new Set<string>();

  /** A row seen again replaces what was known of it; `now` is ms since 1970. */
  add(rows: readonly HistoryRow[], now: number): void {
    for (const row of rows) {
      if (!this.#claimed.has(row.queryId)) this.#rowsOf(row.bot).set(row.queryId, row);
    }
    this.#forget(now - KEEP_MS);
  }

  unclaimed(bot: string): HistoryRow[] {
    const rows = this.#unclaimed.get(bot.toLowerCase());
    return rows ? [...rows.values()] : [];
  }

  /** A row is the bill of one call only: from now on nobody else is given it. */
  claim({ bot, queryId }: HistoryRow): void {
    this.#rowsOf(bot).delete(queryId);
    this.#claimed.add(queryId);
    if (this.#claimed.size > MOST_CLAIMED) {
      for (const oldest of this.#claimed) {
        this.#claimed.delete(oldest);
        break;
      }
    }
  }

  #rowsOf(bot: string): Rows {
    const key = bot.toLowerCase();
    const rows = this.#unclaimed.get(key) ?? (new Map() as Rows);
    this.#unclaimed.set(key, rows);
    return rows;
  }

  #forget(startedBefore: number): void {
    for (const [bot, rows] of this.#unclaimed) {
      for (const [id, { startedAt }] of rows) {
        if (startedAt < startedBefore || rows.size > MOST_UNCLAIMED) rows.delete(id);
      }
      if (rows.size === 0) this.#unclaimed.delete(bot);
    }
  }
}
