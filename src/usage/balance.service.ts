import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SpendingConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { UsageClient } from './usage-client.ts';

/** Ages of a reading at which the next one is fetched, in the background. */
const FRESH_MS = 30_000;
const FRESH_NEAR_CUTOFF_MS = 5000;
/** Poe lowers the balance within about a second of an answer's end (observed April 2026). */
const BILLING_LAG_MS = 3000;
/** While Poe gives no reading, older spends are kept as one sum. */
const MOST_SPENDS = 10_000;

/** Points that a running request may cost; they count as gone until it is settled. */
export interface Hold {
  /** The request is over. May be called again to correct the figure; `billed`: seen on the ledger. */
  settle(points: number, billed: boolean): void;
  /** The request came to nothing; has no effect once it is settled. */
  release(): void;
}

interface Spend {
  points: number;
  billed: boolean;
  readonly settledAt: number;
}

/**
 * What is left on the Poe account: the last reading, less what was spent since, less what is in
 * flight. Poe itself refuses only at zero, and a burst would overshoot what it shows.
 */
@Injectable()
export class BalanceService implements OnApplicationBootstrap {
  #reading: { points: number; at: number } | undefined;
  #refreshing: Promise<void> | undefined;
  #failedAt = -Infinity;
  /** Spends that the reading does not contain yet, in the order in which they were settled. */
  readonly #spends = new Set<Spend>();
  /** Sum over the spends, and over those that were too many to keep. */
  #spent = 0;
  #untracked = 0;
  #held = 0;

  constructor(
    private readonly client: UsageClient,
    private readonly config: SpendingConfig,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    void this.#refreshIfOld();
  }

  /** Last reading less what was spent since; undefined before any was read. */
  get balance(): number | undefined {
    return this.#reading && Math.round(this.#reading.points - this.#spent);
  }

  /** Balance less what the running requests are expected to cost. */
  get available(): number | undefined {
    const { balance } = this;
    return balance === undefined ? undefined : balance - this.#held;
  }

  /**
   * Waits for Poe only before the first reading; afterwards old readings are renewed in the
   * background.
   */
  async ensureFresh(): Promise<void> {
    const refreshed = this.#refreshIfOld();
    if (!this.#reading) await refreshed;
  }

  /** Whether a request may spend, as far as is known now. */
  mayPay(): boolean {
    const { available } = this;
    if (available === undefined) return this.config.balanceUnknown === 'allow';
    return available >= this.config.pointsCutoff;
  }

  hold(points: number): Hold {
    this.#held += points;
    let spend: Spend | undefined;
    let isHeld = true;
    const release = () => {
      if (isHeld) this.#held -= points;
      isHeld = false;
    };
    return {
      release,
      settle: (cost, billed) => {
        if (spend) {
          if (this.#spends.has(spend)) this.#spent += cost - spend.points;
          spend.points = cost;
          spend.billed = billed;
        } else {
          release();
          spend = { points: cost, billed, settledAt: performance.now() };
          this.#add(spend);
        }
      },
    };
  }

  #add(spend: Spend): void {
    this.#spends.add(spend);
    this.#spent += spend.points;
    if (this.#spends.size <= MOST_SPENDS) return;
    for (const oldest of this.#spends) {
      this.#spends.delete(oldest);
      this.#untracked += oldest.points;
      break;
    }
  }

  #refreshIfOld(): Promise<void> | undefined {
    const nearCutoff = (this.available ?? 0) < this.config.pointsCutoff * 1.1;
    const fresh = nearCutoff ? FRESH_NEAR_CUTOFF_MS : FRESH_MS;
    const last = Math.max(this.#reading?.at ?? -Infinity, this.#failedAt);
    if (performance.now() - last >= fresh) this.#refreshing ??= this.#refresh();
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const began = performance.now();
    // What the ledger showed before the reading began is in it, and so is what is long over.
    const contained = [...this.#spends].filter(
      (spend) => spend.billed || began - spend.settledAt > BILLING_LAG_MS,
    );
    const untracked = this.#untracked;
    try {
      const points = await this.client.readBalance();
      this.#reading = { points, at: began };
      this.#untracked -= untracked;
      this.#spent -= untracked;
      for (const spend of contained) {
        if (this.#spends.delete(spend)) this.#spent -= spend.points;
      }
      if (this.#failedAt > -Infinity) this.log.info({ balance: points }, 'balance is read again');
      this.#failedAt = -Infinity;
    } catch (error) {
      if (this.#failedAt === -Infinity) this.log.warn({ err: error }, 'balance cannot be read');
      this.#failedAt = performance.now();
    } finally {
      this.#refreshing = undefined;
    }
  }
}
