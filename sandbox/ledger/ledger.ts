import type { LedgerRow } from './ledger-row.ts';

export interface LedgerEntry {
  readonly row: LedgerRow;
  /** Milliseconds on Poe's clock; `Infinity` for a row that never shows. */
  readonly visibleAt: number;
  /** When the cost is known and the balance falls; until then a visible row reads 0 points. */
  readonly finalAt: number;
  /** Place in the history, as a creation time; differs from the row's own to swap two rows. */
  readonly position: number;
}

const RETENTION_US = 30 * 24 * 3600 * 1e6;

/**
 * The account's rows and balance. What is due is worked out when somebody looks, so there are no
 * timers to wait for or to leave behind.
 */
export class Ledger {
  readonly #now: () => number;
  #entries: LedgerEntry[] = [];
  #unpaid: LedgerEntry[] = [];
  #balance: number;

  constructor(now: () => number, balance: number) {
    this.#now = now;
    this.#balance = balance;
  }

  get balance(): number {
    this.#payDue();
    return this.#balance;
  }

  set balance(points: number) {
    // What was due before is in the new figure already.
    this.#payDue();
    this.#balance = points;
  }

  /** As billed, visible or not, oldest first. */
  get rows(): readonly LedgerRow[] {
    return this.#entries.map((entry) => entry.row);
  }

  book(entry: LedgerEntry): void {
    // Rows mostly come in order of their start: looking from the end is then one step.
    const before = this.#entries.findLastIndex((other) => other.position <= entry.position);
    this.#entries.splice(before + 1, 0, entry);
    this.#unpaid.push(entry);
  }

  /** What `points_history` shows at this moment, newest first. */
  visibleRows(): LedgerRow[] {
    const now = this.#now();
    const oldest = now * 1000 - RETENTION_US;
    return this.#entries
      .filter((entry) => entry.visibleAt <= now && entry.row.creation_time >= oldest)
      .map((entry) => (entry.finalAt <= now ? entry.row : withoutCost(entry.row)))
      .reverse();
  }

  reset(balance: number): void {
    this.#entries = [];
    this.#unpaid = [];
    this.#balance = balance;
  }

  #payDue(): void {
    const now = this.#now();
    const due = this.#unpaid.filter((entry) => entry.finalAt <= now);
    if (due.length === 0) return;
    this.#unpaid = this.#unpaid.filter((entry) => entry.finalAt > now);
    this.#balance -= due.reduce((sum, entry) => sum + entry.row.cost_points, 0);
  }
}

function withoutCost(row: LedgerRow): LedgerRow {
  return { ...row, cost_usd: '0.00', cost_points: 0, cost_breakdown_in_points: {} };
}
