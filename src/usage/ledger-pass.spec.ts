import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callOf, rowOf } from './fake-ledger.fixture.ts';
import { LedgerPass, type Claim } from './ledger-pass.ts';
import { isCandidate, type LedgerCall } from './match-row.ts';
import type { HistoryRow } from './history-row.ts';

const claimOf = (call: LedgerCall): Claim => ({
  call,
  urgent: false,
  since: 0,
  deadline: 0,
  resolve: () => undefined,
  contested: false,
});
const callAt = (sentAt: number, changes: Partial<LedgerCall> = {}) =>
  callOf(10, { sentAt, respondedAt: sentAt + 500, ...changes });

function passOver(claims: Claim[], rows: HistoryRow[]) {
  let looked = 0;
  const pass = new LedgerPass(
    claims,
    () => [...rows],
    (call, row) => {
      looked += 1;
      return isCandidate(call, row, undefined);
    },
  );
  return { pass, looks: () => looked };
}

describe('LedgerPass', () => {
  it('finds the rows of a call as a look at all of them would', () => {
    const times = fc.array(fc.nat(20_000), { maxLength: 30 });
    fc.assert(
      fc.property(times, fc.nat(20_000), (starts, sentAt) => {
        const call = callAt(sentAt);
        const rows = starts.map((startedAt) => rowOf(call, { startedAt }));
        const { pass } = passOver([claimOf(call)], rows);
        const all = rows.filter((row) => isCandidate(call, row, undefined));
        expect(new Set(pass.candidates(call))).toEqual(new Set(all));
        expect(pass.candidates(call, 2)).toHaveLength(Math.min(2, all.length));
      }),
    );
  });

  it('gives a row and its claim to nobody else once they are settled', () => {
    const [one, other] = [claimOf(callAt(0)), claimOf(callAt(10))];
    const row = rowOf(one.call);
    const { pass } = passOver([one, other], [row]);
    expect(pass.rivals(one, [row])).toEqual([other]);
    pass.settle(one, row);
    expect(pass.candidates(other.call)).toEqual([]);
    expect(pass.rivals(other, [row])).toEqual([]);
  });

  it('tells bots apart', () => {
    const [one, other] = [claimOf(callAt(0)), claimOf(callAt(0, { bot: 'other' }))];
    const { pass } = passOver([one, other], [rowOf(one.call)]);
    expect(pass.rivals(one, [rowOf(one.call)])).toEqual([]);
    expect(pass.candidates(other.call)).toEqual([]);
  });

  it('looks at a few rows for each call that broke off, however many there are', () => {
    const claims = Array.from({ length: 1000 }, (_, nth) =>
      claimOf(callAt(nth * 5, { usage: undefined })),
    );
    const rows = claims.map(({ call }) => rowOf(call));
    const { pass, looks } = passOver(claims, rows);
    for (const { call } of claims) expect(pass.candidates(call, 2)).toHaveLength(2);
    expect(looks()).toBe(2000);
  });
});
