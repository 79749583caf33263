import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { StoreConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { isAway } from '../store/is-away.ts';
import { Database } from '../store/database.ts';
import { Leases } from '../store/leases.ts';
import { Budgets } from './budgets.ts';
import { deleteOldRows } from './delete-old-rows.ts';
import { markLost, type LostRequest } from './mark-lost.ts';

/** Its two tasks are cheap where there is nothing to do. */
const PASS_MS = 5000;
const DAY_MS = 24 * 3600 * 1000;

/**
 * What one process does for the ledger of the whole deployment: it marks rows as lost whose process
 * died, and deletes those that are older than LEDGER_RETENTION_DAYS, a batch at a time.
 */
@Injectable()
export class LedgerUpkeep implements OnModuleInit, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly leases: Leases,
    private readonly config: StoreConfig,
    private readonly budgets: Budgets,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    const { database } = this;
    if (!database) return;
    const lease = this.leases.compete('ledger');
    const pass = async () => {
      if (lease.isHeld) await this.#pass(database);
      if (!this.#hasEnded) this.#timer = setTimeout(() => void pass(), PASS_MS).unref();
    };
    void pass();
  }

  onModuleDestroy(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  /** What was held by a process that died is spent, until Poe's ledger says how much it was. */
  #book(requests: readonly LostRequest[]): void {
    const lost = requests.length;
    if (lost > 0) this.log.warn({ lost }, 'requests of a gateway that died are marked as lost');
    for (const { team_id: teamId, key_id: keyId, model, opened_at, points } of requests) {
      this.budgets.correct({ teamId, keyId, model }, opened_at, points, Date.now());
    }
  }

  async #pass(database: Database): Promise<void> {
    const { retentionDays } = this.config;
    try {
      this.#book(await markLost(database));
      if (retentionDays === 0) return;
      const before = Date.now() - retentionDays * DAY_MS;
      while (!this.#hasEnded && (await deleteOldRows(database, before)));
    } catch (error) {
      // One that is away says so itself, once.
      if (!isAway(error)) this.log.error({ err: error }, 'the ledger cannot be kept up');
    }
  }
}
