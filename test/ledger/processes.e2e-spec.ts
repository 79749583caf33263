import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { ask, chat } from '../support/chat.ts';
import { describeDatabases } from '../support/databases.ts';
import { environmentOf, requestsOf } from '../support/ledger-gateway.ts';
import { environmentFor, run, urlsOf, type Process } from '../support/run-gateway.ts';
import { until } from '../support/until.ts';

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

describeDatabases('The ledger of a process', ({ create, open }) => {
  let sandbox: Sandbox;
  const processes: Process[] = [];

  const start = async (environment: Record<string, string>) => {
    const base = { ...environmentFor(sandbox.url), RATE_LIMIT_REQUESTS: '0', FOOTER: 'never' };
    const gateway = run('main.js', { ...base, ...environment });
    processes.push(gateway);
    return { gateway, ...(await urlsOf(gateway)) };
  };

  beforeEach(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 100_000 });
  });
  afterEach(async () => {
    for (const { child } of processes.splice(0)) child.kill('SIGKILL');
    await sandbox.close();
  });

  it('that is killed stays open, until the next one marks it as lost', async () => {
    const settings = await create();
    const first = await start(environmentOf(settings));
    const torn = chat(first.url, ask('stall')).catch(() => undefined);
    await until('it runs', () => sandbox.openCalls() === 1);
    first.gateway.child.kill('SIGKILL');
    await Promise.all([first.gateway.exit, torn]);
    const database = await open(settings);
    const [row] = await requestsOf(database);
    expect(row).toMatchObject({ status: 'open', closed_at: null });
    // Half a minute goes by.
    await database.kysely.updateTable('leases').set({ expires_at: 0 }).execute();

    const second = await start(environmentOf(settings));
    void chat(second.url, ask('stall')).catch(() => undefined);
    await until(
      'it is lost',
      async () => (await requestsOf(database))[0]?.status === 'lost',
      15_000,
    );
    const rows = await requestsOf(database);
    expect(rows[0]).toMatchObject({ points: row?.held, grade: 'estimate' });
    expect(rows[0]?.closed_at).toBeGreaterThan(row?.opened_at ?? Infinity);
    expect(rows.map(({ status }) => status)).toEqual(['lost', 'open']);
  });

  it('that gets SIGTERM under load is closed to the last row', async () => {
    const settings = await create();
    const { gateway, url } = await start({
      ...environmentOf(settings),
      SHUTDOWN_GRACE_SECONDS: '2',
    });
    const requests = [
      ...times(60, () => chat(url, ask('ok tokens=20 delay=50'))),
      ...times(20, () => chat(url, ask('ok', { stream: false }))),
      ...times(20, () => chat(url, ask('stall'))),
    ];
    await until('they run', () => sandbox.journal.length >= 100);
    gateway.child.kill('SIGTERM');
    await Promise.all(requests);
    expect(await gateway.exit).toBe(0);
    const database = await open(settings);
    const rows = await requestsOf(database);
    const count = (status: string) => rows.filter((row) => row.status === status).length;
    expect(rows).toHaveLength(100);
    expect([count('open'), count('completed'), count('failed')]).toEqual([0, 80, 20]);
    const leases = await database.kysely.selectFrom('leases').select('name').execute();
    expect(leases).toEqual([]);
  });
});
