import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { secretDigest } from '../../src/keys/secret-digest.ts';
import { ADMIN, ADMIN_SECRET, askAdmin } from '../support/admin-api.ts';
import { ask, chat } from '../support/chat.ts';
import { describeDatabases } from '../support/databases.ts';
import { requestsOf, startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';
import { until } from '../support/until.ts';

describeDatabases('A secret', (databases) => {
  let kept: LedgerGateway;
  /** Everything that left the gateway, by what it was. */
  let seen: [what: string, text: string][];
  afterEach(() => kept.close());

  const admin = async (method: string, path: string, body?: unknown, headers = {}) => {
    const reply = await askAdmin(kept.gateway, method, path, body, headers);
    const all = `${JSON.stringify([...reply.headers])}${reply.text}`;
    seen.push([`${seen.length} ${method} ${path}`, all]);
    return { ...reply, place: seen.at(-1)?.[0] ?? '' };
  };
  const send = async (key: string, model = 'GPT-5.4-Mini') => {
    const headers = { authorization: `Bearer ${key}` };
    const reply = await chat(kept.gateway.url, ask('ok', { model }), headers);
    seen.push([`chat ${reply.status}`, `${JSON.stringify(reply.headers)}${reply.text}`]);
    return reply.status;
  };
  /** Every column of every row of every table. */
  const dump = async () => {
    const { kysely } = kept.database;
    const tables = await kysely.introspection.getTables();
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['keys', 'audit']));
    for (const { name } of tables) {
      const rows = await kysely
        .selectFrom(name as 'keys')
        .selectAll()
        .execute();
      seen.push([`table ${name}`, JSON.stringify(rows)]);
    }
    const { dataDir } = kept.settings;
    for (const file of dataDir === undefined ? [] : readdirSync(dataDir)) {
      seen.push([`file ${file}`, readFileSync(join(dataDir ?? '', file), 'latin1')]);
    }
  };

  it('is in the one reply that makes its key, and nowhere else', async () => {
    seen = [];
    kept = await startLedgerGateway(databases, { ...ADMIN, AUTH: 'keys', LOG_LEVEL: 'trace' });
    await admin('POST', '/admin/teams', { name: 'data' });
    const made = await admin('POST', '/admin/keys', { name: 'ci', team: 'data' });
    const first = String(made.body.value);
    const key = `/admin/keys/${String(made.body.id)}`;
    expect(await send(first)).toBe(200);
    expect(await send(`${first.slice(0, -2)}zz`)).toBe(401);
    expect(await send(first, first)).toBe(404);
    await dump();
    const rotated = await admin('POST', `${key}/rotate`, { grace_seconds: 60 });
    const second = String(rotated.body.value);
    expect([await send(first), await send(second)]).toEqual([200, 200]);
    // By mistake, where it does not belong.
    await admin('POST', '/admin/keys', { name: second });
    await admin('POST', '/admin/teams', { name: first });
    await admin('PATCH', key, { models: [second] });
    await admin('POST', '/admin/budgets', { key: second, period: 'day', points: 1 });
    await admin('GET', `/admin/usage?key=${second}`);
    await admin('GET', `/admin/keys/${second}`);
    await admin('GET', '/admin/keys', undefined, { authorization: `Bearer ${second}` });
    await admin('GET', '/admin/keys', undefined, { authorization: `Bearer ${ADMIN_SECRET}x` });
    await admin('POST', '/admin/keys', { name: ADMIN_SECRET, team: 'nobody' });
    expect(await send(ADMIN_SECRET)).toBe(401);
    const paths = ['keys', 'teams', 'budgets', 'holds', 'requests', 'audit', 'usage?group_by=key'];
    for (const path of paths) await admin('GET', `/admin/${path}`);
    await until('its requests are closed', async () =>
      (await requestsOf(kept.database)).every(({ status }) => status === 'completed'),
    );
    await dump();
    await admin('POST', `${key}/disable`);
    await admin('DELETE', key);
    expect([await send(first), await send(second)]).toEqual([401, 401]);
    await dump();
    for (const path of ['/metrics', '/health/ready', '/docs-json', '/docs']) {
      await admin('GET', path, undefined, { authorization: '' });
    }
    seen.push(
      ['log', JSON.stringify(kept.gateway.log)],
      ['poe', JSON.stringify(kept.sandbox.journal)],
    );

    const places = (text: string) =>
      seen.filter(([, all]) => all.includes(text)).map(([what]) => what);
    expect(places(first.slice(-43))).toEqual([made.place]);
    expect(places(second.slice(-43))).toEqual([rotated.place]);
    expect(places(ADMIN_SECRET)).toEqual([]);
    expect(places(secretDigest(ADMIN_SECRET).toString('hex'))).toEqual([]);
    // That all of it was looked at.
    expect(places(String(made.body.id))).toEqual(
      expect.arrayContaining(['table keys', 'table audit']),
    );
    expect(places('"route"')).toContain('log');
  });
});
