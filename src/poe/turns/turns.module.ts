import { Module } from '@nestjs/common';
import { PacingConfig } from '../../config/config.ts';
import { Log } from '../../observability/log.ts';
import { PoeConnectionModule } from '../poe-connection.module.ts';
import { RequestWindows } from './request-windows.ts';
import { Turns } from './turns.ts';

@Module({
  imports: [PoeConnectionModule],
  providers: [
    Turns,
    {
      provide: RequestWindows,
      inject: [PacingConfig, Log],
      useFactory: (config: PacingConfig, log: Log) => RequestWindows.open(config, log),
    },
  ],
  exports: [Turns],
})
export class TurnsModule {}
