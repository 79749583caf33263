import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { Instance } from '../../src/store/instance.ts';
import { Lease } from '../../src/store/lease.ts';
import { Leases } from '../../src/store/leases.ts';
import { describeDatabases } from '../support/databases.ts';
import { noteLog } from '../support/note-log.ts';

const LEASE_MS = 15_000;

/** The database's clock cannot be set, so the row is moved into its past. */
const expire = ({ kysely }: Database) =>
  kysely
    .updateTable('leases')
    .set({ expires_at: Date.now() - 60_000 })
    .execute();

describeDatabases('a lease', ({ open, lose, bringBack }) => {
  async function twoHolders() {
    const database = await open();
    let now = 0;
    const holder = (name: string) => new Lease(database, 'poller', name, () => now);
    const pass = (ms: number) => (now += ms);
    return { database, one: holder('one'), other: holder('other'), pass };
  }

  it('is held by one of two, who keeps it by renewing it', async () => {
    const { one, other, pass, database } = await twoHolders();
    await Promise.all([one.renew(), other.renew()]);
    expect([one.isHeld, other.isHeld].sort()).toEqual([false, true]);
    const [holder, loser] = one.isHeld ? [one, other] : [other, one];
    for (let round = 0; round < 5; round++) {
      pass(LEASE_MS - 1);
      expect(holder.isHeld).toBe(true);
      await holder.renew();
      await loser.renew();
      expect([holder.isHeld, loser.isHeld]).toEqual([true, false]);
    }
    const { expires_at } = await database.kysely
      .selectFrom('leases')
      .select('expires_at')
      .executeTakeFirstOrThrow();
    expect(Math.abs(expires_at - Date.now() - LEASE_MS)).toBeLessThan(LEASE_MS / 2);
  });

  it('ends for who does not renew it, and is taken over then', async () => {
    const { database, one, other, pass } = await twoHolders();
    await one.renew();
    pass(LEASE_MS);
    expect(one.isHeld).toBe(false);
    await expire(database);
    await other.renew();
    expect(other.isHeld).toBe(true);
    await one.renew();
    expect([one.isHeld, other.isHeld]).toEqual([false, true]);
  });

  it("is others' as soon as it is released, and only by its holder", async () => {
    const { one, other } = await twoHolders();
    await one.renew();
    await other.renew();
    await other.release();
    await other.renew();
    expect([one.isHeld, other.isHeld]).toEqual([true, false]);
    const renewal = one.renew();
    await one.release();
    await renewal;
    await other.renew();
    expect([one.isHeld, other.isHeld]).toEqual([false, true]);
  });

  it('outlasts an outage that is shorter than it, and no longer one', async () => {
    const { one, pass } = await twoHolders();
    await one.renew();
    await lose();
    pass(LEASE_MS - 1);
    await expect(one.renew()).rejects.toMatchObject({ kind: 'outage' });
    expect(one.isHeld).toBe(true);
    pass(1);
    expect(one.isHeld).toBe(false);
    await bringBack();
  });

  it('is competed for by every instance, and left at the end', async () => {
    const database = await open();
    const leases = [0, 1].map(() => new Leases(database, new Instance(), noteLog().log));
    const [one, other] = leases.map((service) => service.compete('poller'));
    await expect.poll(() => [one?.isHeld, other?.isHeld].filter(Boolean).length).toBe(1);
    for (const service of leases) service.onModuleDestroy();
    await database.close();
    expect([one?.isHeld, other?.isHeld]).toEqual([false, false]);
  });
});

it('without a database nobody else can have it', () => {
  const leases = new Leases(undefined, new Instance(), noteLog().log);
  expect(leases.compete('poller').isHeld).toBe(true);
});
