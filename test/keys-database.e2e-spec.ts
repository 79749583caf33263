import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { KeyAdmin } from '../src/keys/key-admin.service.ts';
import { KeysDatabaseService } from '../src/keys/keys-database.service.ts';
import { TeamAdmin } from '../src/keys/team-admin.service.ts';
import { ask, chat } from './support/chat.ts';
import { PostgresServer } from './support/postgres-server.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const POLL_MS = 20;

let folder: string;
let sandbox: Sandbox;
let gateway: Gateway;

const start = async (environment: Record<string, string>) => {
  const settings = { AUTH: 'keys', FOOTER_WAIT_MS: '0', ...environment };
  gateway = await startGateway(sandbox.url, settings, (config) => ({
    ...config,
    keys: { ...config.keys, pollMs: POLL_MS },
  }));
};
const keys = () => gateway.app.get(KeyAdmin, { strict: false });
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const status = async (headers: Record<string, string> = {}) =>
  (await chat(gateway.url, ask('ok'), headers)).status;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'poe-proxy-data-'));
  sandbox = await startSandbox();
});
afterEach(async () => {
  await gateway.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

it('lets nobody in while the database is empty, was emptied, or is another one', async () => {
  await start({ DATA_DIR: join(folder, 'data') });
  expect([await status(), await status(bearer('anything-at-all'))]).toEqual([401, 401]);
  const { key, text } = await keys().create('ann', { name: 'ci' });
  expect(await status(bearer(text))).toBe(200);
  expect(await status()).toBe(401);
  await keys().delete('ann', key.id);
  expect([await status(), await status(bearer(text))]).toEqual([401, 401]);

  const kept = await keys().create('ann', { name: 'ci' });
  await gateway.close();
  await start({ DATA_DIR: join(folder, 'data') });
  expect(await status(bearer(kept.text))).toBe(200);
  await gateway.close();
  rmSync(join(folder, 'data'), { recursive: true });
  await start({ DATA_DIR: join(folder, 'data') });
  expect([await status(), await status(bearer(kept.text))]).toEqual([401, 401]);
});

it('refuses a key whose team pays from an account that is not configured any more', async () => {
  const DATA_DIR = join(folder, 'data');
  await start({ DATA_DIR, POE_API_KEY: '', POE_API_KEYS: 'a@acme:sandbox-key,b@labs:other-key' });
  const team = { name: 'data', poe_account: 'labs' };
  await gateway.app.get(TeamAdmin, { strict: false }).create('ann', team);
  const { text } = await keys().create('ann', { name: 'ci', team: 'data' });
  const other = await keys().create('ann', { name: 'other' });
  await gateway.close();
  await start({ DATA_DIR, POE_API_KEY: '', POE_API_KEYS: 'a@acme:sandbox-key' });
  const reply = await chat(gateway.url, ask('ok'), bearer(text));
  expect([reply.status, reply.headers['x-should-retry']]).toEqual([503, 'false']);
  expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'account_unavailable' } });
  expect(sandbox.journal.some(({ path }) => path.endsWith('/completions'))).toBe(false);
  expect(await status(bearer(other.text))).toBe(200);
});

it('shows a secret to nobody but to whom it makes the key for', async () => {
  await start({ DATA_DIR: join(folder, 'data') });
  await gateway.app.get(TeamAdmin, { strict: false }).create('ann', { name: 'data' });
  const { key, text } = await keys().create('ann', { name: 'ci', team: 'data' });
  const reply = await chat(gateway.url, ask('ok'), bearer(text));
  const refused = await chat(gateway.url, ask('ok', { model: text }), bearer(text));
  expect([reply.status, refused.status]).toEqual([200, 404]);
  await until('both are logged', () => gateway.requests().length === 2);
  expect(gateway.requests()[0]).toMatchObject({ caller: 'ci', team: 'data' });
  const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
  expect(metrics).toContain('team="data"');
  const ready = await (await fetch(`${gateway.managementUrl}/health/ready`)).text();
  const seen = [reply.text, JSON.stringify(reply.headers), metrics, ready, JSON.stringify(key)];
  const secret = text.slice(-43);
  for (const where of [...seen, JSON.stringify(gateway.log), JSON.stringify(sandbox.journal)]) {
    expect(where).not.toContain(secret);
  }
});

it.skipIf(!PostgresServer.isInstalled())(
  'goes on with the keys that it knows while PostgreSQL is away, and then with the new ones',
  async () => {
    const server = await PostgresServer.start();
    try {
      await start({ DATABASE_URL: await server.createDatabase(), STORE_DOWN: 'local' });
      const { text } = await keys().create('ann', { name: 'ci' });
      await server.kill();
      const source = gateway.app.get(KeysDatabaseService, { strict: false });
      await source.refresh();
      await expect(keys().create('ann', { name: 'other' })).rejects.toThrow();
      expect([await status(bearer(text)), await status()]).toEqual([200, 401]);
      await server.start();
      const create = () =>
        keys()
          .create('ann', { name: 'other' })
          .catch(() => undefined);
      let other: Awaited<ReturnType<typeof create>>;
      await until('it is back', async () => (other = await create()) !== undefined);
      expect([await status(bearer(text)), await status(bearer(other?.text ?? ''))]).toEqual([
        200, 200,
      ]);
    } finally {
      await gateway.close();
      await server.remove();
    }
  },
);
