import { Inject, Injectable } from '@nestjs/common';
import { PacingConfig, SpendingConfig } from '../../config/config.ts';
import { ReconciliationConfig } from '../../config/reconciliation-config.ts';
import { Log } from '../../observability/log.ts';
import { PoeAccounts } from '../../poe/poe-accounts.ts';
import { DatabaseError } from '../../store/database-error.ts';
import { Database } from '../../store/database.ts';
import { nameLedger } from '../../usage/name-ledger.ts';
import { UsageClient } from '../../usage/usage-client.ts';
import { AccountSweep } from './account-sweep.ts';
import { EntryStore } from './entry-store.ts';
import type { NamedAccount } from './own-names.ts';

/** Of the requests that an account has a minute; the rest is for chat, balance and footers. */
const SHARE = 0.1;
/** Pages at a time where an account has no limit. */
const MOST_PAGES = 100;
const MINUTE_MS = 60_000;

/** Reads the ledgers of all accounts into the database, a few pages at a time. */
@Injectable()
export class LedgerSweeps {
  readonly accounts: ReadonlyMap<string, NamedAccount>;
  readonly #sweeps: ReadonlyMap<string, AccountSweep>;
  readonly #pages: number;
  readonly #failing = new Set<string>();

  constructor(
    @Inject(Database) database: Database | undefined,
    client: UsageClient,
    accounts: PoeAccounts,
    spending: SpendingConfig,
    pacing: PacingConfig,
    config: ReconciliationConfig,
    private readonly log: Log,
  ) {
    this.accounts = new Map(
      accounts.all.map((account) => {
        return [account.name, { account, names: nameLedger(account, accounts, spending) }];
      }),
    );
    const share = (SHARE * pacing.requestsPerMinute * config.intervalMs) / MINUTE_MS;
    this.#pages = pacing.requestsPerMinute === 0 ? MOST_PAGES : Math.max(1, Math.floor(share));
    const store = database && new EntryStore(database);
    const parts = { client, times: config, now: () => Date.now() };
    const toSweep = (one: NamedAccount, from: EntryStore) =>
      [one.account.name, new AccountSweep({ ...parts, ...one, store: from })] as const;
    const named = [...this.accounts.values()];
    this.#sweeps = new Map(store ? named.map((one) => toSweep(one, store)) : []);
  }

  /** See AccountSweep. */
  knownAt(account: string): number {
    return this.#sweeps.get(account)?.knownAt ?? -Infinity;
  }

  /** Somebody else goes on. */
  stop(): void {
    for (const sweep of this.#sweeps.values()) sweep.stop();
  }

  /**
   * Reads as many pages of each account as are due by now. One that cannot be read holds up no other.
   * @throws DatabaseError
   */
  async advance(mayGoOn: () => boolean): Promise<void> {
    const reading = [...this.#sweeps].map(async ([account, sweep]) => {
      try {
        const hasRead = await sweep.advance(this.#pages, mayGoOn);
        if (hasRead && this.#failing.delete(account)) {
          this.log.info({ account }, 'the ledger of Poe is read again');
        }
      } catch (error) {
        if (error instanceof DatabaseError) throw error;
        if (!this.#failing.has(account)) {
          this.log.warn({ account, err: error }, 'the ledger of Poe cannot be read');
        }
        this.#failing.add(account);
      }
    });
    const results = await Promise.allSettled(reading);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
