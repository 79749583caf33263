import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Metrics } from '../../src/observability/metrics.ts';
import type { Database } from '../../src/store/database.ts';
import { GroupWriter } from '../../src/store/group-writer.ts';
import { describeDatabases } from '../support/databases.ts';
import { noteLog } from '../support/note-log.ts';

const MORE_THAN_A_PROBE_MS = 1500;

function insert({ kysely }: Database, id: string | number, points: number) {
  return kysely
    .insertInto('balances')
    .values({ account: `${id}`, read_at: 1, points })
    .onConflict((conflict) => conflict.doNothing())
    .compile();
}

function update({ kysely }: Database, id: string | number, points: number) {
  return kysely.updateTable('balances').set({ points }).where('account', '=', `${id}`).compile();
}

const rowsOf = ({ kysely }: Database) =>
  kysely.selectFrom('balances').select(['account', 'points']).execute();

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describeDatabases('GroupWriter', ({ create, open, lose, bringBack }) => {
  async function start() {
    const { log, lines } = noteLog();
    const settings = await create();
    const database = await open(settings, log);
    const metrics = new Metrics();
    const writer = new GroupWriter(database, metrics, log);
    const valueOf = async (name: 'commits' | 'rows') =>
      (await metrics[name].get()).values.reduce((sum, { value }) => sum + value, 0);
    return { settings, database, metrics, writer, lines, valueOf };
  }

  it('writes many rows in few transactions, in their order', async () => {
    const { database, writer, valueOf, metrics } = await start();
    const order: number[] = [];
    const added = numbers(500).flatMap((id) => [
      writer.add(insert(database, id, 1)).then(() => order.push(2 * id)),
      writer.add(update(database, id, 2)).then(() => order.push(2 * id + 1)),
    ]);
    expect(metrics.writes().waiting).toBe(1000);
    await Promise.all(added);
    expect(order).toEqual(numbers(1000));
    const rows = await rowsOf(database);
    expect(rows).toHaveLength(500);
    expect(new Set(rows.map(({ points }) => points))).toEqual(new Set([2]));
    expect(await valueOf('rows')).toBe(1000);
    expect(await valueOf('commits')).toBe(2);
    expect(metrics.writes()).toEqual({ waiting: 0, oldestMs: 0 });
  });

  it('fails the one row that is at fault, and writes the others of its transaction', async () => {
    const { database, writer } = await start();
    const bad = { sql: 'insert into balances (account) values (null)', parameters: [] };
    const results = await Promise.allSettled([
      writer.add(insert(database, 'a', 1)),
      writer.add(bad),
      writer.add(insert(database, 'b', 1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { name: 'DatabaseError', kind: 'refused' } });
    expect(await rowsOf(database)).toHaveLength(2);
    await writer.add(insert(database, 'c', 1));
    expect(await rowsOf(database)).toHaveLength(3);
  });

  it('loses and doubles nothing over an outage under load', async () => {
    const { database, writer, lines, metrics } = await start();
    const added: Promise<void>[] = [];
    const add = () => {
      const id = added.length;
      added.push(writer.add(insert(database, id, 1)), writer.add(update(database, id, id)));
    };
    for (let round = 0; round < 20; round++) {
      for (let row = 0; row < 20; row++) add();
      await added.at(-40);
    }
    await lose();
    for (let row = 0; row < 200; row++) add();
    await expect.poll(() => database.isUp, { timeout: 10_000 }).toBe(false);
    expect(metrics.writes().waiting).toBeGreaterThanOrEqual(400);
    expect(metrics.writes().oldestMs).toBeGreaterThan(0);
    // No probe may take reading for writing.
    await sleep(MORE_THAN_A_PROBE_MS);
    expect(database.isUp).toBe(false);
    await bringBack();
    await Promise.all(added);
    const rows = await rowsOf(database);
    expect(rows).toHaveLength(600);
    expect(rows.filter(({ account, points }) => Number(account) !== points)).toEqual([]);
    await expect.poll(() => database.isUp, { timeout: 10_000 }).toBe(true);
    expect(lines.map(({ message }) => message)).toEqual([
      'The database is away',
      'The database is back',
    ]);
  });

  it('writes what is waiting before it is closed, and takes no more', async () => {
    const { settings, database, writer } = await start();
    const added = numbers(1200).map((id) => writer.add(insert(database, id, 1)));
    await database.close();
    await Promise.all(added);
    await expect(writer.add(insert(database, 'late', 1))).rejects.toMatchObject({ kind: 'outage' });
    expect(await rowsOf(await open(settings))).toHaveLength(1200);
  });

  it('says how much it had to give up when the database does not come back', async () => {
    const { database, writer, lines } = await start();
    await lose();
    const added = [writer.add(insert(database, 'a', 1)), writer.add(insert(database, 'b', 1))];
    const [results] = await Promise.all([Promise.allSettled(added), database.close()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(lines.at(-1)).toMatchObject({ facts: { lost: 2 } });
  });
});
