import { Module } from '@nestjs/common';
import { StoreConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { RedisLink } from './redis-link.ts';

/** What is kept outside of the process. Absent, and injected as undefined, where none is configured. */
@Module({
  providers: [
    {
      provide: Database,
      inject: [StoreConfig, Log],
      useFactory: (config: StoreConfig, log: Log) => openDatabase(config, log),
    },
    {
      provide: RedisLink,
      inject: [StoreConfig, Log],
      useFactory: async ({ redisUrl }: StoreConfig, log: Log) =>
        redisUrl === undefined ? undefined : RedisLink.open(redisUrl, log),
    },
  ],
  exports: [Database, RedisLink],
})
export class StoreModule {}
