import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GroupWriter } from '../../src/store/group-writer.ts';
import { environmentFor, run, urlsOf } from '../support/run-gateway.ts';
import { startGateway } from '../support/start-gateway.ts';

const PRINT_PACKAGES = fileURLToPath(new URL('../fixtures/print-packages.ts', import.meta.url));
/** What nobody should load who has no database. */
const OF_DATABASES = ['kysely', 'better-sqlite3', 'pg'];

const NO_POE = 'http://127.0.0.1:1';

async function startAndStop(environment: Record<string, string>) {
  const gateway = run('main.js', { ...environmentFor(NO_POE), ...environment }, [], undefined, [
    '--import',
    PRINT_PACKAGES,
  ]);
  const { management_url: management } = await urlsOf(gateway);
  const detail = (await (await fetch(`${management}/health/ready`)).json()) as object;
  const metrics = await (await fetch(`${management}/metrics`)).text();
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  const imported = new Set(gateway.output().stderr.match(/(?<=^import )\S+$/gm));
  return { detail, metrics, imported: OF_DATABASES.filter((name) => imported.has(name)) };
}

it('loads nothing of a database when it has none', async () => {
  const { imported, metrics, detail } = await startAndStop({});
  expect(imported).toEqual([]);
  expect(metrics).not.toContain('poe_proxy_database_up{');
  expect(detail).not.toHaveProperty('database');
});

it('makes its file in DATA_DIR, and leaves nothing but it', async () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'poe-proxy-')), 'data');
  const { imported, metrics, detail } = await startAndStop({ DATA_DIR: dataDir });
  // better-sqlite3 is loaded in a thread of its own.
  expect(imported).toEqual(['kysely']);
  expect(existsSync(dataDir) && readdirSync(dataDir)).toEqual(['poe-proxy.db']);
  expect(metrics).toContain('poe_proxy_database_up{kind="sqlite"} 1');
  expect(detail).toMatchObject({ database: { kind: 'sqlite', up: true } });
});

it('writes at its end what is waiting still', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'poe-proxy-'));
  const gateway = await startGateway(NO_POE, { DATA_DIR: dataDir });
  const writer = gateway.app.get(GroupWriter, { strict: false });
  const sql = 'insert into balances (account, read_at, points) values (?, 1, 1)';
  const written = ['a', 'b', 'c'].map((account) => writer.add({ sql, parameters: [account] }));
  await gateway.close();
  await expect(writer.add({ sql, parameters: ['d'] })).rejects.toThrow('closed');
  await Promise.all(written);
});

it('does not start with a DATA_DIR that it may not write to', async () => {
  const gateway = run('main.js', { ...environmentFor(NO_POE), DATA_DIR: '/dev/null/data' });
  expect(await gateway.exit).toBe(1);
  expect(gateway.output().stderr).toContain('DATA_DIR cannot be made (ENOTDIR)');
});
