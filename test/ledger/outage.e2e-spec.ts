import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { ask, chat, type ChatReply } from '../support/chat.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { startGateway, type Gateway } from '../support/start-gateway.ts';
import { until } from '../support/until.ts';

describe.skipIf(!PostgresServer.isInstalled())('The ledger while PostgreSQL is away', () => {
  let server: PostgresServer;
  let sandbox: Sandbox;
  let gateway: Gateway;

  const start = async (mode: string) => {
    server = await PostgresServer.start();
    sandbox = await startSandbox({ requestsPerMinute: 100_000 });
    gateway = await startGateway(sandbox.url, {
      DATABASE_URL: await server.createDatabase(),
      STORE_DOWN: mode,
      FOOTER: 'never',
    });
  };
  const up = () => gateway.metric('poe_proxy_database_up');
  const isUp = async (wanted: number) => (await up()) === wanted;
  /** Ten clients, each with one request after the other, until `end`. */
  const load = () => {
    const replies: ChatReply[] = [];
    let hasEnded = false;
    const client = async () => {
      while (!hasEnded) replies.push(await chat(gateway.url, ask('ok tokens=5 delay=5')));
    };
    const clients = Promise.all(Array.from({ length: 10 }, client));
    const end = async () => {
      hasEnded = true;
      await clients;
    };
    return { replies, end };
  };
  const statuses = async () => {
    await until(
      'all is written',
      async () => (await gateway.metric('poe_proxy_database_waiting')) === 0,
    );
    const { Database } = await import('../../src/store/database.ts');
    const rows = await gateway.app
      .get(Database, { strict: false })
      .kysely.selectFrom('requests')
      .select('status')
      .execute();
    return rows.map(({ status }) => status);
  };

  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
    await server.remove();
  });

  it('serves on with STORE_DOWN=local, and has every row when it is back', async () => {
    await start('local');
    const { replies, end } = load();
    await until('it is under load', () => replies.length > 50);
    await server.kill();
    await until('that is known', () => isUp(0));
    const before = replies.length;
    await until('it serves on', () => replies.length > before + 100, 20_000);
    await server.start();
    await until('it is back', () => isUp(1));
    await end();
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    const rows = await statuses();
    expect(rows).toHaveLength(replies.length);
    expect(new Set(rows)).toEqual(new Set(['completed']));
  });

  it('refuses with STORE_DOWN=refuse, and only while it is away', async () => {
    await start('refuse');
    const { replies, end } = load();
    await until('it is under load', () => replies.length > 50);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    await server.kill();
    await until('that is known', () => isUp(0));
    const calls = sandbox.journal.length;
    const refused = await chat(gateway.url, ask('ok'));
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('"store_unavailable"');
    expect(refused.headers['retry-after']).toBe('2');
    expect(refused.headers['x-should-retry']).toBeUndefined();
    await end();
    expect(sandbox.journal.filter(({ path }) => path.endsWith('/completions')).length).toBeLessThan(
      calls + 10,
    );
    await server.start();
    await until('it is back', () => isUp(1));
    expect((await chat(gateway.url, ask('ok'))).status).toBe(200);
    const rows = await statuses();
    const served = replies.filter(({ status }) => status === 200).length + 1;
    expect(rows.filter((status) => status === 'completed')).toHaveLength(served);
    expect(rows).not.toContain('open');
  });
});
