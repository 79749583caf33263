import { expect, it } from 'vitest';
import { describeDatabases } from '../support/databases.ts';

describeDatabases('a database', ({ create, open }) => {
  it('keeps what was written when it is opened again', async () => {
    const settings = await create();
    const first = await open(settings);
    await first.kysely
      .insertInto('teams')
      .values({ id: 't1', name: 'data', created_at: 1 })
      .execute();
    await first.close();
    const second = await open(settings);
    expect(await second.kysely.selectFrom('teams').selectAll().execute()).toEqual([
      { id: 't1', name: 'data', created_at: 1, poe_account: null },
    ]);
  });
});
