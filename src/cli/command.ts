import type { BudgetAdmin } from '../keys/budget-admin.service.ts';
import type { KeyAdmin } from '../keys/key-admin.service.ts';
import type { TeamAdmin } from '../keys/team-admin.service.ts';
import type { LedgerReports } from '../ledger/ledger-reports.service.ts';
import type { ReconciliationReport } from '../ledger/reconciliation/reconciliation-report.service.ts';

export interface Services {
  readonly keys: KeyAdmin;
  readonly teams: TeamAdmin;
  readonly budgets: BudgetAdmin;
  readonly reports: LedgerReports;
  readonly reconciliation: ReconciliationReport;
}

/** What was typed. */
export interface Given {
  /** For the audit log. */
  readonly actor: string;
  /** As members of the admin API are called: `max_streams`. */
  readonly options: Readonly<Record<string, string>>;
  /** What stands without a `--` before it; empty where there is none. */
  readonly subject: string;
}

export interface Command {
  /** `keys create` */
  readonly name: string;
  readonly summary: string;
  /** Without `--`; each takes a value. */
  readonly options: readonly string[];
  /** What is to stand behind the name, if anything. */
  readonly positional?: string;
  /** @returns what is shown: a list, or the members of one object */
  run(services: Services, given: Given): Promise<unknown>;
}
