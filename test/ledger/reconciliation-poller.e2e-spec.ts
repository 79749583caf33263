import { afterEach, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { BalanceHistory } from '../../src/ledger/reconciliation/balance-history.service.ts';
import { BalanceRecorder } from '../../src/ledger/reconciliation/balance-recorder.service.ts';
import { describeDatabases } from '../support/databases.ts';
import { environmentOf } from '../support/ledger-gateway.ts';
import { entriesOf, hurry, UNLIMITED } from '../support/reconciliation.ts';
import { startGateway, type Gateway } from '../support/start-gateway.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;

const ALL = { limit: 10, after: undefined };

describeDatabases('Who reads Poe’s ledger', ({ create, open }) => {
  let sandbox: Sandbox;
  const gateways: Gateway[] = [];

  const startTwo = async () => {
    const keys = ['a', 'b'].map((name) => ({ name, key: `key-${name}`, account: 'acme' }));
    sandbox = await startSandbox({ keys, requestsPerMinute: 100_000 });
    const settings = await create();
    for (const { name, key } of keys) {
      const environment = {
        ...environmentOf(settings),
        ...UNLIMITED,
        POE_API_KEY: '',
        POE_API_KEYS: `${name}@acme:${key}`,
      };
      gateways.push(await startGateway(sandbox.url, environment, hurry()));
    }
    return { database: await open(settings) };
  };
  const readsOf = (name: string) =>
    sandbox.journal.filter(
      ({ path, headers }) =>
        path.startsWith('/usage/points_history') && headers.authorization === `Bearer key-${name}`,
    ).length;
  const add = (count: number, minutesAgo: number) => {
    const creation_time = (Date.now() - minutesAgo * MINUTE) * 1000;
    for (let at = 0; at < count; at++) {
      sandbox.addLedgerRow({ creation_time: creation_time + at, api_key_name: 'another' });
    }
  };

  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.close();
    await sandbox.close();
  });

  it('is one gateway of all, and the next one catches up with what it missed', async () => {
    const { database } = await startTwo();
    add(150, 10);
    await until('it is read', async () => (await entriesOf(database)).length === 150);
    expect([readsOf('a'), readsOf('b')].filter((reads) => reads > 0)).toHaveLength(1);
    const [first, second] = readsOf('a') > 0 ? (['a', 'b'] as const) : (['b', 'a'] as const);
    // Nobody reads for hours, and much happens meanwhile.
    const [leaving] = gateways.splice(first === 'a' ? 0 : 1, 1);
    const complete_until = Date.now() - 240 * MINUTE;
    await leaving?.close();
    const before = readsOf(first);
    await database.kysely.updateTable('poe_reads').set({ complete_until }).execute();
    add(250, 100);
    add(120, 200);
    // Before the window of what was known.
    add(1, 300);
    await until(
      'the other has read it',
      async () => (await entriesOf(database)).length >= 520,
      15_000,
    );
    expect(readsOf(first)).toBe(before);
    expect(readsOf(second)).toBeGreaterThanOrEqual(6);
    await until('that is on record', async () => {
      const [row] = await database.kysely.selectFrom('poe_reads').selectAll().execute();
      return (row?.complete_until ?? 0) > Date.now() - MINUTE;
    });
  });

  it('writes down the balance when it is another, once a minute at most', async () => {
    const { database } = await startTwo();
    const [gateway] = gateways;
    if (!gateway) throw new Error('there is no gateway');
    const history = gateway.app.get(BalanceHistory, { strict: false });
    const to = 2 * Date.now();
    const all = async () => (await history.read(ALL, { from: 0, to })).data.length;
    await until('the first is there', async () => (await all()) === 1);
    const recorder = new BalanceRecorder(
      database,
      { readBalance: () => Promise.resolve(sandbox.balance) } as never,
      { all: [{ name: 'acme' }] } as never,
    );
    const now = Date.now();
    await recorder.record(now);
    sandbox.balance -= 100;
    await recorder.record(now + MINUTE - 1);
    expect(await all()).toBe(1);
    await recorder.record(now + MINUTE);
    const query = { account: 'acme', from: 0, to: now + 2 * MINUTE };
    const { data: rows } = await history.read(ALL, query);
    expect(rows.map(({ points }) => points)).toEqual([sandbox.balance + 100, sandbox.balance]);
    expect((await history.read(ALL, { account: 'labs', from: 0, to })).data).toEqual([]);
  });
});
