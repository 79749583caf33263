import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PoeConfig } from '../../config/config.ts';
import { ReconciliationConfig } from '../../config/reconciliation-config.ts';
import { ModelsFileService } from '../../models/models-file.service.ts';
import { Log } from '../../observability/log.ts';
import { Metrics } from '../../observability/metrics.ts';
import { isAway } from '../../store/is-away.ts';
import { Database } from '../../store/database.ts';
import { Leases } from '../../store/leases.ts';
import { Budgets } from '../budgets.ts';
import { BalanceRecorder } from './balance-recorder.service.ts';
import { Bookkeeper } from './bookkeeper.ts';
import { CaseReader } from './case-reader.ts';
import { LedgerSweeps } from './ledger-sweeps.service.ts';
import { readDays } from './read-days.ts';
import { GRACES, reconcile } from './reconcile.ts';

const DAY_MS = 24 * 3600 * 1000;
/** The label of what nobody knows the account of. */
const UNKNOWN = 'unknown';

/**
 * Sees to it that the ledger agrees with Poe's: one process of the deployment reads Poe's entries
 * into the database and books them to the calls whose bills they are. Without a database, or with
 * RECONCILIATION_INTERVAL_SECONDS=0, it does nothing.
 */
@Injectable()
export class ReconciliationService implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #hasEnded = false;

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly leases: Leases,
    private readonly sweeps: LedgerSweeps,
    private readonly models: ModelsFileService,
    private readonly poe: PoeConfig,
    private readonly config: ReconciliationConfig,
    private readonly budgets: Budgets,
    private readonly balances: BalanceRecorder,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { database } = this;
    if (!database || this.config.intervalMs === 0) return;
    const lease = this.leases.compete('reconciliation');
    const mayGoOn = () => lease.isHeld && !this.#hasEnded;
    const again = () => {
      this.#timer = setTimeout(() => {
        this.#running = this.#pass(database, mayGoOn).finally(() => {
          if (!this.#hasEnded) again();
        });
      }, this.config.intervalMs).unref();
    };
    again();
    // What is under way wants to write still.
    database.beforeClose(() => this.#running ?? Promise.resolve());
  }

  onModuleDestroy(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  async #pass(database: Database, mayGoOn: () => boolean): Promise<void> {
    if (!mayGoOn()) {
      this.sweeps.stop();
      this.metrics.reconciliationDifference.reset();
      return;
    }
    try {
      await this.sweeps.advance(mayGoOn);
      if (mayGoOn()) await this.balances.record(Date.now());
      if (mayGoOn()) await this.#reconcile(database, mayGoOn);
      if (mayGoOn()) await this.#measure(database);
    } catch (error) {
      // One that is away says so itself, once.
      if (!isAway(error)) {
        this.log.error({ err: error }, 'the ledger cannot be compared with that of Poe');
      }
    }
  }

  async #reconcile(database: Database, mayGoOn: () => boolean): Promise<void> {
    const { sweeps, config } = this;
    const longestMs = this.#longestMs;
    const { registry } = this.models;
    const { leaveMs, graceMs, windowMs } = config;
    await reconcile(
      {
        database,
        accounts: sweeps.accounts,
        cases: new CaseReader(database, sweeps.accounts, { longestMs, leaveMs, registry }),
        books: new Bookkeeper(database, this.budgets),
        graceMs,
        windowMs,
        knownAt: (account) => sweeps.knownAt(account),
        mayGoOn,
      },
      Date.now(),
    );
  }

  /** Of a day that everything should be decided of by now. */
  async #measure(database: Database): Promise<void> {
    const { graceMs, intervalMs, windowMs } = this.config;
    const to = Date.now() - this.#longestMs - GRACES * graceMs - windowMs - 2 * intervalMs;
    const days = await readDays(database, to - DAY_MS, to);
    const gauge = this.metrics.reconciliationDifference;
    gauge.reset();
    for (const account of this.sweeps.accounts.keys()) gauge.set({ account }, 0);
    for (const { account, difference } of days) {
      gauge.inc({ account: account ?? UNKNOWN }, difference);
    }
  }

  /** Of the calls that there are. */
  get #longestMs(): number {
    const { models } = this.models.registry;
    return Math.max(this.poe.callTimeoutMs, ...models.map(({ timeouts }) => timeouts.callMs ?? 0));
  }
}
