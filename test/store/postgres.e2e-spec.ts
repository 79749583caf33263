import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/open-database.ts';
import { noteLog } from '../support/note-log.ts';
import { PostgresServer } from '../support/postgres-server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start() {
  const server = await PostgresServer.start();
  cleanUps.push(() => server.remove());
  const databaseUrl = await server.createDatabase();
  const settings = { dataDir: undefined, databaseUrl, durability: 'process' } as const;
  const { log, lines } = noteLog();
  const database = await openDatabase(settings, log);
  if (!database) throw new Error('it was not opened');
  cleanUps.push(() => database.close());
  const ask = () => database.kysely.selectFrom('teams').select('id').execute();
  const said = () => lines.map(({ message }) => message);
  const isBack = () => expect.poll(() => database.isUp, { timeout: 10_000 }).toBe(true);
  return { server, settings, database, ask, said, isBack };
}

describe.skipIf(!PostgresServer.isInstalled())('PostgreSQL', () => {
  it('is waited for only once while it does not answer', async () => {
    const { server, database, ask, said, isBack } = await start();
    await ask();
    server.freeze();
    await expect(ask()).rejects.toMatchObject({ kind: 'outage', message: 'Query read timeout' });
    await expect(ask()).rejects.toMatchObject({ kind: 'outage', message: 'the database is away' });
    expect(database.isUp).toBe(false);
    server.thaw();
    await isBack();
    expect(await ask()).toEqual([]);
    expect(said()).toEqual(['The database is away', 'The database is back']);
  });

  it('is waited for at the start', async () => {
    const { server, settings, database } = await start();
    await database.close();
    await server.stop();
    const opening = openDatabase(settings, noteLog().log);
    await sleep(1000);
    await server.start();
    const opened = await opening;
    expect(opened?.isUp).toBe(true);
    await opened?.close();
  });

  it('can be left although it does not answer', async () => {
    const { server, database, ask } = await start();
    await ask();
    server.freeze();
    await database.close();
  });

  it('is missed as soon as it ends, even if nobody asks it anything', async () => {
    const { server, database, ask, isBack } = await start();
    await ask();
    await server.stop();
    await expect.poll(() => database.isUp).toBe(false);
    await server.start();
    await isBack();
    expect(await ask()).toEqual([]);
  });

  it('is up although all its connections are taken', async () => {
    const { database, ask } = await start();
    const sleep = database.sql`select pg_sleep(60)`.compile(database.kysely);
    const taken = Array.from({ length: 12 }, () =>
      database.kysely.executeQuery(sleep).catch((error: unknown) => error),
    );
    for (const error of await Promise.all(taken)) expect(error).toMatchObject({ kind: 'busy' });
    expect(database.isUp).toBe(true);
    expect(await ask()).toEqual([]);
  });

  it('gives up a statement that takes too long, and is up all the same', async () => {
    const { database, ask } = await start();
    const slow = database.sql`select pg_sleep(60)`.execute(database.kysely);
    await expect(slow).rejects.toMatchObject({ kind: 'busy', code: '57014' });
    expect(database.isUp).toBe(true);
    expect(await ask()).toEqual([]);
  });
});
