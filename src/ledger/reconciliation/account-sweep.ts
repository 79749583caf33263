import type { PoeAccount } from '../../poe/poe-accounts.ts';
import type { LedgerNames } from '../../usage/ledger-names.ts';
import type { UsageClient } from '../../usage/usage-client.ts';
import type { EntryStore } from './entry-store.ts';

/** Poe keeps entries for 30 days. */
const KEPT_MS = 30 * 24 * 3600 * 1000;
/** Between two sweeps that go back the whole window; others go back for three intervals. */
const DEEP_EVERY = 5;
const SHALLOW = 3;
/** After so many failures one begins anew: the place that it was at may be the reason. */
const MOST_FAILURES = 3;
const LONGEST_REST_MS = 15 * 60_000;

interface Sweep {
  readonly beganAt: number;
  readonly isDeep: boolean;
  /** It is over where entries are older. */
  readonly target: number;
  after: string | undefined;
}

interface Parts {
  readonly account: PoeAccount;
  readonly names: LedgerNames;
  readonly client: Pick<UsageClient, 'readHistory'>;
  readonly store: EntryStore;
  readonly times: { readonly intervalMs: number; readonly windowMs: number };
  readonly now: () => number;
}

/**
 * Reads one account's ledger again and again, page by page from the newest entry back to what cannot
 * change any more. A sweep that is not finished goes on where it was; one that has much to catch up
 * with takes as many turns as it needs.
 */
export class AccountSweep {
  readonly #parts: Parts;
  #sweep: Sweep | undefined;
  #deepAt = -Infinity;
  #failures = 0;
  #restsUntil = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whatever the ledger said of the last window was known at this time, ms UTC. */
  get knownAt(): number {
    return this.#deepAt;
  }

  /** Somebody else goes on. */
  stop(): void {
    this.#sweep = undefined;
    this.#deepAt = -Infinity;
  }

  /**
   * Reads up to so many pages of the sweep under way, or of the next. After a failure it rests,
   * longer each time.
   * @returns whether it does not rest
   * @throws UsageUnavailable, DatabaseError
   */
  async advance(pages: number, mayGoOn: () => boolean): Promise<boolean> {
    const { now, times } = this.#parts;
    if (now() < this.#restsUntil) return false;
    try {
      for (let left = pages; left > 0 && mayGoOn(); left--) {
        if (await this.#readPage()) break;
      }
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures % MOST_FAILURES === 0) this.#sweep = undefined;
      const rest = Math.min(times.intervalMs * 2 ** (this.#failures - 1), LONGEST_REST_MS);
      this.#restsUntil = now() + rest;
      throw error;
    }
  }

  /** Whether it was the last of its sweep. */
  async #readPage(): Promise<boolean> {
    const { account, client, names, store, now } = this.#parts;
    const sweep = (this.#sweep ??= await this.#begin());
    const page = await client.readHistory(account, sweep.after);
    names.see(page.entries);
    await store.save(account.name, page.entries, now());
    sweep.after = page.next;
    if (page.next !== undefined && !(page.oldest < sweep.target)) return false;
    await store.setCompleteUntil(account.name, sweep.beganAt);
    if (sweep.isDeep) this.#deepAt = sweep.beganAt;
    this.#sweep = undefined;
    return true;
  }

  async #begin(): Promise<Sweep> {
    const { account, store, times, now } = this.#parts;
    const beganAt = now();
    const isDeep = beganAt - this.#deepAt >= DEEP_EVERY * times.intervalMs;
    const known =
      (await store.completeUntil(account.name)) ?? (await store.firstRequestAt()) ?? beganAt;
    const back = isDeep ? times.windowMs : Math.min(times.windowMs, SHALLOW * times.intervalMs);
    const target = Math.max(Math.min(known, beganAt) - back, beganAt - KEPT_MS);
    return { beganAt, isDeep, target, after: undefined };
  }
}
