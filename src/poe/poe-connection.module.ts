import { Module } from '@nestjs/common';
import { PacingConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { PoeAccounts } from './poe-accounts.ts';
import { PoeDispatcher } from './poe-dispatcher.ts';
import { RequestWindows } from './turns/request-windows.ts';
import { Turns } from './turns/turns.ts';

/** A module of its own, so that chat and the HTTP client share one pool, accounts and turns. */
@Module({
  providers: [
    PoeDispatcher,
    PoeAccounts,
    Turns,
    {
      provide: RequestWindows,
      inject: [PacingConfig, Log],
      useFactory: (config: PacingConfig, log: Log) => RequestWindows.open(config, log),
    },
  ],
  exports: [PoeDispatcher, PoeAccounts, Turns],
})
export class PoeConnectionModule {}
