import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../config/config.module.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { RawEnvironment } from '../config/read-environment.ts';
import { BudgetAdmin } from '../keys/budget-admin.service.ts';
import { KeyAdmin } from '../keys/key-admin.service.ts';
import { KeysModule } from '../keys/keys.module.ts';
import { TeamAdmin } from '../keys/team-admin.service.ts';
import { LedgerReports } from '../ledger/ledger-reports.service.ts';
import { ReconciliationReport } from '../ledger/reconciliation/reconciliation-report.service.ts';
import type { Log } from '../observability/log.ts';
import { ObservabilityModule } from '../observability/observability.module.ts';
import { StoreModule } from '../store/store.module.ts';
import type { Services } from './command.ts';

/** What fails is thrown as well; what goes on meanwhile is of no interest here. */
const QUIET: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: (_facts, message) => {
    console.error(message);
  },
};

@Module({})
class CliModule {
  static with(config: Config, version: string): DynamicModule {
    return {
      module: CliModule,
      imports: [
        ConfigModule.with(config),
        ObservabilityModule.with(QUIET, version),
        KeysModule,
        StoreModule,
      ],
      providers: [LedgerReports, ReconciliationReport],
    };
  }
}

/**
 * The services of a gateway with this environment, without a gateway. It may be running meanwhile.
 * @throws InvalidConfiguration, DatabaseError
 */
export async function openServices(
  environment: RawEnvironment,
  version: string,
): Promise<{ services: Services; close: () => Promise<void> }> {
  const context = await NestFactory.createApplicationContext(
    CliModule.with(loadConfig(environment), version),
    { logger: false, abortOnError: false },
  );
  const get = <T>(token: abstract new (...args: never[]) => T) =>
    context.get<T>(token, { strict: false });
  return {
    services: {
      keys: get(KeyAdmin),
      teams: get(TeamAdmin),
      budgets: get(BudgetAdmin),
      reports: get(LedgerReports),
      reconciliation: get(ReconciliationReport),
    },
    close: () => context.close(),
  };
}
