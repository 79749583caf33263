import { Module } from '@nestjs/common';
import { BudgetConfig, StoreConfig } from '../config/config.ts';
import { KeysModule } from '../keys/keys.module.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { Database } from '../store/database.ts';
import { Instance } from '../store/instance.ts';
import { RedisLink } from '../store/redis-link.ts';
import { StoreModule } from '../store/store.module.ts';
import { BudgetWebhook } from './budget-webhook.ts';
import { BudgetBook } from './budget.ts';
import { Budgets } from './budgets.ts';
import { DatabaseSpentReader } from './database-spent-reader.ts';
import { KeyRingBook } from './key-ring-book.ts';
import { openBudgets } from './open-budgets.ts';

/** Budgets of teams, keys and models, and the limits of keys. */
@Module({
  imports: [KeysModule, StoreModule],
  providers: [
    { provide: BudgetBook, useClass: KeyRingBook },
    {
      provide: BudgetWebhook,
      inject: [BudgetConfig, Log],
      useFactory: ({ webhookUrl }: BudgetConfig, log: Log) => new BudgetWebhook(webhookUrl, log),
    },
    {
      provide: Budgets,
      inject: [
        BudgetConfig,
        StoreConfig,
        BudgetBook,
        Instance,
        BudgetWebhook,
        Log,
        Metrics,
        RedisLink,
        Database,
      ],
      useFactory: (
        config: BudgetConfig,
        { whenDown }: StoreConfig,
        book: BudgetBook,
        instance: Instance,
        webhook: BudgetWebhook,
        log: Log,
        metrics: Metrics,
        link: RedisLink | undefined,
        database: Database | undefined,
      ) => {
        const reader = database && new DatabaseSpentReader(database);
        const parts = { config, whenDown, book, instance, webhook, log, reader, link, database };
        const budgets = openBudgets(parts);
        metrics.budgets = () => budgets.used(Date.now());
        return budgets;
      },
    },
  ],
  exports: [Budgets],
})
export class BudgetsModule {}
