import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { RateLimitConfig } from '../config/config.ts';
import { KeysModule } from '../keys/keys.module.ts';
import { BudgetsModule } from '../ledger/budgets.module.ts';
import { ModelsModule } from '../models/models.module.ts';
import { TokensModule } from '../tokens/tokens.module.ts';
import { UsageModule } from '../usage/usage.module.ts';
import { AddressLimit } from './address-limit.ts';
import { throttlerOptions } from './throttler-options.ts';

/** What the guards need; the guards themselves are made where a controller names them. */
@Module({
  imports: [
    BudgetsModule,
    KeysModule,
    ModelsModule,
    TokensModule,
    UsageModule,
    ThrottlerModule.forRootAsync({ inject: [RateLimitConfig], useFactory: throttlerOptions }),
  ],
  providers: [AddressLimit],
  exports: [
    AddressLimit,
    BudgetsModule,
    KeysModule,
    ModelsModule,
    TokensModule,
    UsageModule,
    ThrottlerModule,
  ],
})
export class GuardsModule {}
