import { Module } from '@nestjs/common';
import { StoreConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { ReadinessDetail } from '../observability/readiness-detail.ts';
import { Database } from './database.ts';
import { GroupWriter } from './group-writer.ts';
import { Instance } from './instance.ts';
import { Leases } from './leases.ts';
import { openDatabase } from './open-database.ts';
import { RedisLink } from './redis-link.ts';

/** What is kept outside of the process. Absent, and injected as undefined, where none is configured. */
@Module({
  providers: [
    Instance,
    Leases,
    {
      provide: GroupWriter,
      inject: [Database, Metrics, Log],
      useFactory: (database: Database | undefined, metrics: Metrics, log: Log) =>
        database && new GroupWriter(database, metrics, log),
    },
    {
      provide: Database,
      inject: [StoreConfig, Log, Metrics, ReadinessDetail],
      useFactory: async (
        config: StoreConfig,
        log: Log,
        metrics: Metrics,
        detail: ReadinessDetail,
      ) => {
        const database = await openDatabase(config, log);
        if (!database) return undefined;
        metrics.database = () => database;
        detail.add('database', () => ({ kind: database.kind, up: database.isUp }));
        return database;
      },
    },
    {
      provide: RedisLink,
      inject: [StoreConfig, Log, Metrics, ReadinessDetail],
      useFactory: async (
        { redisUrl }: StoreConfig,
        log: Log,
        metrics: Metrics,
        detail: ReadinessDetail,
      ) => {
        if (redisUrl === undefined) return undefined;
        const link = await RedisLink.open(redisUrl, log);
        metrics.redis = () => link;
        detail.add('redis', () => ({ up: link.isUp }));
        return link;
      },
    },
  ],
  exports: [Database, GroupWriter, Instance, Leases, RedisLink],
})
export class StoreModule {}
