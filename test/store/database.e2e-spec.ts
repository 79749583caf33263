import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open-database.ts';
import { describeDatabases, type DatabaseSettings } from '../support/databases.ts';
import { noteLog } from '../support/note-log.ts';
import { until } from '../support/until.ts';

const WRITE_ROWS = fileURLToPath(new URL('../fixtures/write-rows.ts', import.meta.url));
const TEAM = { id: 't1', name: 'data', created_at: 1 };

const teamsOf = ({ kysely }: Database) => kysely.selectFrom('teams').select('id').execute();

describeDatabases('a database', ({ create, open }) => {
  it('is migrated once by eight that open it at the same time, and keeps its rows', async () => {
    const settings = await create();
    // As separate as processes, but closer in time: each has threads and connections of its own.
    const [database] = await Promise.all(Array.from({ length: 8 }, () => open(settings)));
    if (!database) throw new Error('none was opened');
    const { rows } = await database.sql`select name from migrations`.execute(database.kysely);
    expect(rows).toEqual([{ name: '0001-teams' }, { name: '0002-reconciliation' }]);
    await database.kysely.insertInto('teams').values(TEAM).execute();
    await database.close();
    expect(await teamsOf(await open(settings))).toEqual([{ id: 't1' }]);
  });

  it('is refused when a newer program has migrated it', async () => {
    const settings = await create();
    const { kysely, sql } = await open(settings);
    await sql`insert into migrations values ('9999-future', ${new Date().toISOString()})`.execute(
      kysely,
    );
    await expect(open(settings)).rejects.toThrow(/newer than this program.*9999-future/);
  });

  it('gives numbers for points, times and their sums', async () => {
    const { kysely } = await open();
    const points = 2 ** 50;
    await kysely.insertInto('balances').values({ account: 'a', read_at: 1, points }).execute();
    await kysely.insertInto('balances').values({ account: 'a', read_at: 2, points }).execute();
    const row = await kysely
      .selectFrom('balances')
      .select(({ fn }) => [fn.sum('points').as('sum'), fn.countAll().as('count')])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ sum: 2 ** 51, count: 2 });
  });

  it('writes all statements of one call or none', async () => {
    const database = await open();
    const insert = (id: string, team: string) =>
      database.kysely
        .insertInto('teams')
        .values({ ...TEAM, id, name: team })
        .compile();
    const refused = database.write([insert('t1', 'a'), insert('t2', 'a'), insert('t3', 'c')]);
    await expect(refused).rejects.toMatchObject({ name: 'DatabaseError', kind: 'refused' });
    expect(await teamsOf(database)).toEqual([]);
    await database.write([insert('t1', 'a'), insert('t2', 'b')]);
    expect(await teamsOf(database)).toHaveLength(2);
  });

  it('keeps a transaction apart from what is written meanwhile', async () => {
    const database = await open();
    const { kysely } = database;
    const written: Promise<void>[] = [];
    const failed = kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('teams').values(TEAM).execute();
      const other = { id: 't2', name: 'other', created_at: 1 };
      written.push(database.write([kysely.insertInto('teams').values(other).compile()]));
      await transaction.selectFrom('teams').selectAll().execute();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await Promise.all(written);
    expect(await teamsOf(database)).toEqual([{ id: 't2' }]);
  });

  it('lets reports read what is committed while others write', async () => {
    const { kysely, reports } = await open();
    await kysely.insertInto('teams').values(TEAM).execute();
    await kysely.transaction().execute(async (transaction) => {
      await transaction.updateTable('teams').set({ name: 'changed' }).execute();
      const rows = await reports.selectFrom('teams').select('name').execute();
      expect(rows).toEqual([{ name: TEAM.name }]);
    });
  });

  it('knows which team a key is of', async () => {
    const { kysely } = await open();
    const key = {
      id: 'k',
      team_id: 'nobody',
      name: 'k',
      digest: 'd',
      models: '[]',
      enabled: 1,
    } as const;
    const insert = kysely.insertInto('keys').values({ ...key, created_at: 1, updated_at: 1 });
    await expect(insert.execute()).rejects.toMatchObject({ kind: 'refused' });
  });

  it('refuses values that are neither text nor numbers', async () => {
    const database = await open();
    const sql = 'insert into balances values ($1, 1, 1)';
    const statement = database.kind === 'sqlite' ? sql.replace('$1', '?') : sql;
    const written = database.write([{ sql: statement, parameters: [{ an: 'object' }] }]);
    await expect(written).rejects.toThrow();
    expect(await database.kysely.selectFrom('balances').selectAll().execute()).toEqual([]);
  });

  it('has every row that was written when its process is killed', async () => {
    const settings = await create();
    const child = spawn(process.execPath, [WRITE_ROWS, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await until('it has written', () => output.split('\n').length > 500);
    child.kill('SIGKILL');
    await once(child, 'close');
    const printed = output.match(/^\d+(?=\n)/gm)?.map(Number) ?? [];
    const { kysely } = await open(settings);
    const rows = await kysely.selectFrom('balances').select('read_at').execute();
    const written = new Set(rows.map(({ read_at }) => read_at));
    expect(printed.length).toBeGreaterThan(400);
    expect(printed.filter((number) => !written.has(number))).toEqual([]);
  });
});

it.each([
  [
    'a server that is not there',
    'DATABASE_URL',
    { databaseUrl: 'postgresql://u:canary@127.0.0.1:1/x' },
  ],
  ['a directory that cannot be made', 'DATA_DIR', { dataDir: '/dev/null/x' }],
  ['a file that is no database', 'DATA_DIR', { dataDir: noDatabase() }],
])('says what is wrong with %s', async (_what, variable, settings) => {
  const none = { dataDir: undefined, databaseUrl: undefined, durability: 'process' } as const;
  const opening = openDatabase(
    { ...none, ...settings } satisfies DatabaseSettings,
    noteLog().log,
    0,
  );
  await expect(opening).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  await expect(opening).rejects.toThrow(variable);
  await expect(opening).rejects.not.toThrow('canary');
});

function noDatabase(): string {
  const directory = mkdtempSync(join(tmpdir(), 'poe-proxy-'));
  writeFileSync(join(directory, 'poe-proxy.db'), 'no database at all'.repeat(1000));
  return directory;
}
