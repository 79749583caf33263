import { Module } from '@nestjs/common';
import { ModelsModule } from '../../models/models.module.ts';
import { PoeModule } from '../../poe/poe.module.ts';
import { TurnsModule } from '../../poe/turns/turns.module.ts';
import { StoreModule } from '../../store/store.module.ts';
import { UsageModule } from '../../usage/usage.module.ts';
import { BudgetsModule } from '../budgets.module.ts';
import { BalanceHistory } from './balance-history.service.ts';
import { BalanceRecorder } from './balance-recorder.service.ts';
import { LedgerSweeps } from './ledger-sweeps.service.ts';
import { ReconciliationReport } from './reconciliation-report.service.ts';
import { ReconciliationService } from './reconciliation.service.ts';

/** The ledger compared with Poe's own. */
@Module({
  imports: [BudgetsModule, StoreModule, ModelsModule, PoeModule, TurnsModule, UsageModule],
  providers: [
    LedgerSweeps,
    BalanceRecorder,
    BalanceHistory,
    ReconciliationService,
    ReconciliationReport,
  ],
  exports: [BalanceHistory, ReconciliationReport],
})
export class ReconciliationModule {}
