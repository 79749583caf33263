import { Module } from '@nestjs/common';
import { PacingConfig } from '../../config/config.ts';
import { RedisLink } from '../../store/redis-link.ts';
import { StoreModule } from '../../store/store.module.ts';
import { PoeConnectionModule } from '../poe-connection.module.ts';
import { RequestWindows } from './request-windows.ts';
import { Turns } from './turns.ts';

@Module({
  imports: [PoeConnectionModule, StoreModule],
  providers: [
    Turns,
    {
      provide: RequestWindows,
      inject: [PacingConfig, RedisLink],
      useFactory: (config: PacingConfig, link?: RedisLink) => new RequestWindows(config, link),
    },
  ],
  exports: [Turns],
})
export class TurnsModule {}
