import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/start-sandbox.ts';
import type { Database } from '../../src/store/database.ts';
import type { RequestRow } from '../../src/store/schema.ts';
import type { DatabaseSettings, TestDatabases } from './databases.ts';
import { startGateway, type Gateway, type Tweak } from './start-gateway.ts';

/** What a gateway needs in its environment to use a database. */
export function environmentOf({ dataDir, databaseUrl }: DatabaseSettings): Record<string, string> {
  return {
    ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}

export interface LedgerGateway {
  readonly sandbox: Sandbox;
  readonly gateway: Gateway;
  readonly settings: DatabaseSettings;
  /** The same database, read from beside the gateway. */
  readonly database: Database;
  close(): Promise<void>;
}

/** A gateway that keeps a ledger, in front of a sandbox; no footer, so that nothing is waited for. */
export async function startLedgerGateway(
  { create, open }: TestDatabases,
  environment: Record<string, string> = {},
  options: Partial<SandboxOptions> = {},
  tweak?: Tweak,
): Promise<LedgerGateway> {
  const settings = await create();
  const sandbox = await startSandbox(options);
  const all = { FOOTER: 'never', ...environmentOf(settings), ...environment };
  const gateway = await startGateway(sandbox.url, all, tweak);
  const database = await open(settings);
  const close = async () => {
    await gateway.close();
    await sandbox.close();
  };
  return { sandbox, gateway, settings, database, close };
}

/** In the order in which they were opened. */
export function requestsOf({ kysely }: Database): Promise<RequestRow[]> {
  return kysely.selectFrom('requests').selectAll().orderBy('opened_at').execute();
}
