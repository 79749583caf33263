import { expect, it } from 'vitest';
import { claimInDatabase } from '../../src/ledger/claim-in-database.ts';
import { Tally } from '../../src/ledger/tally.ts';
import { describeDatabases } from '../support/databases.ts';

const budget = { id: 'b', scope: 'team', subject: 't', period: 'day', points: 5 } as const;
const tallyAt = (start: number) => new Tally(`b:${start}`, budget, start, start + 1);

describeDatabases('a threshold', ({ open }) => {
  it('is claimed by one, once for each window and percentage', async () => {
    const database = await open();
    const claim = (start: number, percent: number) =>
      claimInDatabase(database, tallyAt(start), percent);
    const race = await Promise.all([claim(0, 50), claim(0, 50), claim(0, 50)]);
    expect(race.filter((isFirst) => isFirst)).toHaveLength(1);
    expect([await claim(0, 80), await claim(1, 50), await claim(0, 50)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
