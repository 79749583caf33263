import { Module } from '@nestjs/common';
import { PoeModule } from '../poe/poe.module.ts';
import { BalanceService } from './balance.service.ts';
import { LearnedCostsService } from './learned-costs.service.ts';
import { PointsHistoryService } from './points-history.service.ts';
import { UsageClient } from './usage-client.ts';

@Module({
  imports: [PoeModule],
  providers: [UsageClient, BalanceService, PointsHistoryService, LearnedCostsService],
  exports: [BalanceService, PointsHistoryService, LearnedCostsService],
})
export class UsageModule {}
