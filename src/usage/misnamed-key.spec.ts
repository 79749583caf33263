import { expect, it } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import { callOf, rowOf } from './fake-ledger.fixture.ts';
import type { HistoryRow } from './history-row.ts';
import { LedgerNames } from './ledger-names.ts';
import type { LedgerCall } from './match-row.ts';
import { misnamedKey } from './misnamed-key.ts';

const key = (name: string): PoeKey => ({ name, account: 'acme', secret: `pk-${name}` });
const [ours, other] = [key('ours'), key('other')];

/** What our key seems to be called, where `names` has learned our name and that of another key. */
function seenOn(row: Partial<HistoryRow>, call: Partial<LedgerCall> = {}, known = 'typo') {
  const names = new LedgerNames([]);
  names.learn(ours, known || undefined);
  names.learn(other, 'of the other');
  const made = callOf(10, { key: ours, ...call });
  return misnamedKey(made, [rowOf(callOf(10), { keyName: 'theirs', ...row })], names);
}

it('is seen on a row that fits in all but the name', () => {
  expect(seenOn({})).toBe('theirs');
});

it.each<[string, ...Parameters<typeof seenOn>]>([
  ['no name is known that could be wrong', {}, {}, ''],
  ['the call broke off, which fits any row', {}, { usage: undefined }],
  ['the row has no counts, which fits any call', { inputTokens: undefined }],
  ['the row has the known name', { keyName: 'typo' }],
  ['the row is of another call', { inputTokens: 11 }],
  ['the row is of another key of ours', { keyName: 'of the other' }],
])('is not seen where %s', (_, ...facts) => {
  expect(seenOn(...facts)).toBeUndefined();
});
