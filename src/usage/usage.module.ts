import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module.ts';
import { Metrics } from '../observability/metrics.ts';
import { PoeModule } from '../poe/poe.module.ts';
import { TurnsModule } from '../poe/turns/turns.module.ts';
import { BalanceService } from './balance.service.ts';
import { LearnedCostsService } from './learned-costs.service.ts';
import { PointsHistoryService } from './points-history.service.ts';
import { UsageClient } from './usage-client.ts';

@Module({
  imports: [ModelsModule, PoeModule, TurnsModule],
  providers: [UsageClient, BalanceService, PointsHistoryService, LearnedCostsService],
  exports: [UsageClient, BalanceService, PointsHistoryService, LearnedCostsService],
})
export class UsageModule {
  constructor(balance: BalanceService, metrics: Metrics) {
    metrics.balances = () => balance.byAccount();
  }
}
