import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.ts';
import { BudgetsModule } from '../ledger/budgets.module.ts';
import { LedgerReports } from '../ledger/ledger-reports.service.ts';
import { ReconciliationModule } from '../ledger/reconciliation/reconciliation.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { AdminGate } from './admin-gate.ts';
import { AuditController } from './audit.controller.ts';
import { BalancesController } from './balances.controller.ts';
import { BudgetsController } from './budgets.controller.ts';
import { HoldsController } from './holds.controller.ts';
import { KeysController } from './keys.controller.ts';
import { ReconciliationController } from './reconciliation.controller.ts';
import { RequestsController } from './requests.controller.ts';
import { TeamsController } from './teams.controller.ts';
import { UsageReportController } from './usage.controller.ts';

/** What operators call, under `/admin` of the management port. Imported where there is a token. */
@Module({
  imports: [BudgetsModule, KeysModule, ReconciliationModule, StoreModule],
  controllers: [
    TeamsController,
    KeysController,
    BudgetsController,
    HoldsController,
    UsageReportController,
    RequestsController,
    ReconciliationController,
    BalancesController,
    AuditController,
  ],
  providers: [AdminGate, LedgerReports],
})
export class AdminModule {}
