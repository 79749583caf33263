import type { Log } from '../observability/log.ts';
import type { PoeAccount } from '../poe/poe-accounts.ts';
import type { UsageClient } from './usage-client.ts';

/** Poe lowers the balance within about a second of an answer's end (observed April 2026). */
const BILLING_LAG_MS = 3000;
/** While Poe gives no reading, older spends are kept as one sum. */
const MOST_SPENDS = 10_000;
/** So many go to that sum together: to take the first off a list costs as much as the list is long. */
const FORGOTTEN_AT_ONCE = 1000;

/** What a request cost; `billed`: seen on the ledger. */
export interface Spend {
  points: number;
  billed: boolean;
  readonly settledAt: number;
  /** Whether it is still one of those that no reading contains. */
  isOpen: boolean;
}

/** What is left on one account of Poe: the last reading, less what was spent since. */
export class AccountBalance {
  #reading: { points: number; at: number } | undefined;
  #refreshing: Promise<void> | undefined;
  #failedAt = -Infinity;
  /** Spends that the reading does not contain yet, in the order in which they were settled. */
  #spends: Spend[] = [];
  /** Sum over the spends, and over those that were too many to keep. */
  #spent = 0;
  #untracked = 0;
  #held = 0;

  constructor(
    private readonly account: PoeAccount,
    private readonly client: UsageClient,
    private readonly log: Log,
  ) {}

  /** Last reading less what was spent since; undefined before any was read. */
  get points(): number | undefined {
    return this.#reading && this.#reading.points - this.#spent;
  }

  /** Whether Poe has answered or failed to answer once. */
  get wasAsked(): boolean {
    return this.#reading !== undefined || this.#failedAt > -Infinity;
  }

  /** The reading that is under way. */
  get refreshing(): Promise<void> | undefined {
    return this.#refreshing;
  }

  /** Points that a running request is expected to cost this account; negative when it is over. */
  hold(points: number): void {
    this.#held += points;
    this.#publish();
  }

  spend(points: number, billed: boolean): Spend {
    const spend = { points, billed, settledAt: performance.now(), isOpen: true };
    this.#spends.push(spend);
    this.#spent += points;
    if (this.#spends.length >= MOST_SPENDS + FORGOTTEN_AT_ONCE) this.#forgetOldest();
    this.#publish();
    return spend;
  }

  /** Has no effect on what a reading contains already. */
  correct(spend: Spend, points: number, billed: boolean): void {
    if (spend.isOpen) this.#spent += points - spend.points;
    spend.points = points;
    spend.billed = billed;
    this.#publish();
  }

  /** Reads again what was read, or failed to be read, so long ago; one reading at a time. */
  refreshIfOlderThan(ms: number): void {
    const last = Math.max(this.#reading?.at ?? -Infinity, this.#failedAt);
    if (performance.now() - last >= ms) this.#refreshing ??= this.#refresh();
  }

  async #refresh(): Promise<void> {
    const began = performance.now();
    // What the ledger showed before the reading began is in it, and so is what is long over.
    const contained = this.#spends.filter(
      (spend) => spend.billed || began - spend.settledAt > BILLING_LAG_MS,
    );
    const untracked = this.#untracked;
    const { name } = this.account;
    try {
      const points = await this.client.readBalance(this.account);
      this.#reading = { points, at: began };
      this.#untracked -= untracked;
      this.#spent -= untracked;
      for (const spend of contained) {
        if (spend.isOpen) this.#spent -= spend.points;
        spend.isOpen = false;
      }
      this.#spends = this.#spends.filter((spend) => spend.isOpen);
      this.#publish();
      if (this.#failedAt > -Infinity) {
        this.log.info({ account: name, balance: points }, 'balance is read again');
      }
      this.#failedAt = -Infinity;
    } catch (error) {
      if (this.#failedAt === -Infinity) {
        this.log.warn({ account: name, err: error }, 'balance cannot be read');
      }
      this.#failedAt = performance.now();
    } finally {
      this.#refreshing = undefined;
    }
  }

  #forgetOldest(): void {
    for (const oldest of this.#spends.splice(0, FORGOTTEN_AT_ONCE)) {
      oldest.isOpen = false;
      this.#untracked += oldest.points;
    }
  }

  /** Whoever chooses an account for a call reads this, without asking anybody. */
  #publish(): void {
    const { points } = this;
    this.account.pointsLeft = points === undefined ? undefined : Math.round(points - this.#held);
  }
}
