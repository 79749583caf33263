import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SpendingConfig, type PoeKey } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { AccountBalance, type Spend } from './account-balance.ts';
import { UsageClient } from './usage-client.ts';

/** Ages of a reading at which the next one is fetched, in the background. */
const FRESH_MS = 30_000;
/** Near the cutoff, and while nothing is known. */
const SOON_MS = 5000;
/** A reading may have to wait for its turn, or for an account that is limited. */
const LONGEST_WAIT_MS = 5000;

/** Points by the name of the account that they are taken from. */
export type PointsByAccount = ReadonlyMap<string, number>;

/** Points that a running request may cost; they count as gone until it is settled. */
export interface Hold {
  /** A call for the request is made with this key: its account is the one that will pay. */
  drawFrom(key: PoeKey): void;
  /** The request is over. May be called again to correct the figures; `billed`: seen on the ledger. */
  settle(points: PointsByAccount, billed: boolean): void;
  /** The request came to nothing; has no effect once it is settled. */
  release(): void;
}

/**
 * What is left on all accounts of Poe: the last readings, less what was spent since, less what is
 * in flight. Poe itself refuses only at zero, and a burst would overshoot what it shows.
 */
@Injectable()
export class BalanceService implements OnApplicationBootstrap {
  readonly #accounts: ReadonlyMap<string, AccountBalance>;
  /** Of all requests, whether or not it is known yet which account will pay. */
  #held = 0;

  constructor(
    client: UsageClient,
    accounts: PoeAccounts,
    private readonly config: SpendingConfig,
    log: Log,
  ) {
    this.#accounts = new Map(
      accounts.all.map((account) => [account.name, new AccountBalance(account, client, log)]),
    );
  }

  onApplicationBootstrap(): void {
    this.#refreshOld();
  }

  /**
   * Last readings less what was spent since. An account that was never read adds nothing; undefined
   * before any was read.
   */
  get balance(): number | undefined {
    let sum: number | undefined;
    for (const { points } of this.#accounts.values()) {
      if (points !== undefined) sum = (sum ?? 0) + points;
    }
    return sum === undefined ? undefined : Math.round(sum);
  }

  /** The same of each account that was read. */
  *byAccount(): Iterable<readonly [account: string, points: number]> {
    for (const [name, { points }] of this.#accounts) {
      if (points !== undefined) yield [name, Math.round(points)];
    }
  }

  /** Balance less what the running requests are expected to cost. */
  get available(): number | undefined {
    const { balance } = this;
    return balance === undefined ? undefined : balance - this.#held;
  }

  /**
   * Waits a while for Poe's first word on each account, and as long as nothing is known of any;
   * afterwards old readings are renewed in the background.
   */
  async ensureFresh(): Promise<void> {
    this.#refreshOld();
    for (const account of this.#accounts.values()) {
      if (!account.wasAsked || this.balance === undefined) {
        await Promise.race([account.refreshing, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
      }
    }
  }

  /** Whether a request may spend, as far as is known now. */
  mayPay(): boolean {
    const { available } = this;
    if (available === undefined) return this.config.balanceUnknown === 'allow';
    return available >= this.config.pointsCutoff;
  }

  hold(points: number): Hold {
    this.#held += points;
    let isHeld = true;
    let payer: AccountBalance | undefined;
    const spends = new Map<string, Spend>();
    const release = () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held -= points;
      payer?.hold(-points);
    };
    return {
      release,
      drawFrom: ({ account }) => {
        if (!isHeld) return;
        payer?.hold(-points);
        payer = this.#accounts.get(account);
        payer?.hold(points);
      },
      settle: (costs, billed) => {
        release();
        this.#book(spends, costs, billed);
      },
    };
  }

  #book(spends: Map<string, Spend>, costs: PointsByAccount, billed: boolean): void {
    for (const name of new Set([...spends.keys(), ...costs.keys()])) {
      const account = this.#accounts.get(name);
      const spend = spends.get(name);
      const points = costs.get(name) ?? 0;
      if (spend) account?.correct(spend, points, billed);
      else if (account) spends.set(name, account.spend(points, billed));
    }
  }

  #refreshOld(): void {
    const isNearCutoff = (this.available ?? 0) < this.config.pointsCutoff * 1.1;
    for (const account of this.#accounts.values()) {
      const isUrgent = isNearCutoff || account.points === undefined;
      account.refreshIfOlderThan(isUrgent ? SOON_MS : FRESH_MS);
    }
  }
}
