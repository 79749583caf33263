import { Module } from '@nestjs/common';
import { StoreModule } from '../store/store.module.ts';
import { BudgetsModule } from './budgets.module.ts';
import { LedgerUpkeep } from './ledger-upkeep.service.ts';
import { RequestsLedger } from './requests-ledger.service.ts';
import { SignOfLife } from './sign-of-life.service.ts';
import { SpendingService } from './spending.service.ts';

/** The rows of requests. Without a database there are none. */
@Module({
  imports: [BudgetsModule, StoreModule],
  providers: [RequestsLedger, SignOfLife, LedgerUpkeep, SpendingService],
  exports: [RequestsLedger, SpendingService],
})
export class RequestsLedgerModule {}
