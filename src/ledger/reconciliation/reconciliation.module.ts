import { Module } from '@nestjs/common';
import { ModelsModule } from '../../models/models.module.ts';
import { PoeModule } from '../../poe/poe.module.ts';
import { TurnsModule } from '../../poe/turns/turns.module.ts';
import { StoreModule } from '../../store/store.module.ts';
import { UsageModule } from '../../usage/usage.module.ts';
import { BudgetsModule } from '../budgets.module.ts';
import { LedgerSweeps } from './ledger-sweeps.service.ts';
import { ReconciliationService } from './reconciliation.service.ts';

/** The ledger compared with Poe's own. */
@Module({
  imports: [BudgetsModule, StoreModule, ModelsModule, PoeModule, TurnsModule, UsageModule],
  providers: [LedgerSweeps, ReconciliationService],
})
export class ReconciliationModule {}
