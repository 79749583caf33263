import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SpendingConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { AccountHistory } from './account-history.ts';
import type { HistoryRow } from './history-row.ts';
import type { LedgerCall } from './match-row.ts';
import { nameLedger } from './name-ledger.ts';
import { UnmatchableBots } from './unmatchable-bots.ts';
import { UsageClient } from './usage-client.ts';

/** Finds the rows of Poe's ledgers that belong to our calls: each account has one of its own. */
@Injectable()
export class PointsHistoryService implements OnApplicationShutdown {
  readonly #accounts: ReadonlyMap<string, AccountHistory>;

  constructor(
    client: UsageClient,
    accounts: PoeAccounts,
    log: Log,
    config: SpendingConfig,
    private readonly metrics: Metrics,
  ) {
    // A bot reports what it reports, whoever pays for it.
    const unmatchable = new UnmatchableBots();
    this.#accounts = new Map(
      accounts.all.map((account) => {
        const names = nameLedger(account, accounts, config);
        return [account.name, new AccountHistory(account, names, unmatchable, client, log)];
      }),
    );
  }

  /** After the drain: answers that still run want their rows. */
  onApplicationShutdown(): void {
    for (const account of this.#accounts.values()) account.close();
  }

  /**
   * The row of `call`, or undefined when none could be told to be it within `patienceMs`.
   * An urgent claim is given up at once where waiting is in vain: while the Usage API is failing,
   * and for bots whose counts never agree with the ledger. Others go on waiting.
   */
  async find(
    call: LedgerCall,
    patienceMs: number,
    urgent: boolean,
  ): Promise<HistoryRow | undefined> {
    const since = call.soughtSince ?? performance.now();
    const row = await this.#accounts.get(call.key.account)?.find(call, patienceMs, urgent);
    if (row) this.metrics.ledgerLag.observe((performance.now() - since) / 1000);
    return row;
  }
}
