import { describe, expect, it } from 'vitest';
import type { HistoryRow } from './history-row.ts';
import { LedgerWindow } from './ledger-window.ts';

const KEPT_MS = 15 * 60_000;

const row = (queryId: string, points = 1, startedAt = 0): HistoryRow => ({
  queryId,
  bot: 'Bot',
  keyName: 'ours',
  startedAt,
  points,
  inputTokens: 1,
  outputTokens: 1,
});

describe('LedgerWindow', () => {
  it('holds rows until they are claimed', () => {
    const window = new LedgerWindow();
    window.add([row('a'), row('b')], 0);
    window.claim(row('a'));
    expect(window.unclaimed('bot')).toEqual([row('b')]);
  });

  it('never gives a claimed row again, however often it is read', () => {
    const window = new LedgerWindow();
    window.add([row('a')], 0);
    window.claim(row('a'));
    for (const points of [1, 2]) {
      window.add([row('a', points)], 0);
      expect(window.unclaimed('bot')).toEqual([]);
    }
  });

  it('takes a later reading of a row for the truth', () => {
    const window = new LedgerWindow();
    window.add([row('a', 1)], 0);
    window.add([row('a', 2)], 0);
    expect(window.unclaimed('bot')).toEqual([row('a', 2)]);
  });

  it('forgets rows that started too long ago for any call', () => {
    const window = new LedgerWindow();
    const [old, younger] = [row('old', 1, 1000), row('younger', 1, 1001)];
    window.add([old, younger], 1000 + KEPT_MS);
    expect(window.unclaimed('bot')).toEqual([old, younger]);
    window.add([], 1001 + KEPT_MS);
    expect(window.unclaimed('bot')).toEqual([younger]);
  });

  it('keeps the newest of more rows than anybody will ask for', () => {
    const window = new LedgerWindow();
    window.add(
      Array.from({ length: 1500 }, (_, nth) => row(`u${nth}`)),
      0,
    );
    const kept = window.unclaimed('bot').map(({ queryId }) => queryId);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, 'u500', 'u1499']);
  });

  it('remembers the last few thousand claims', () => {
    const window = new LedgerWindow();
    for (let nth = 0; nth < 5100; nth++) window.claim(row(`c${nth}`));
    window.add([row('c0'), row('c99'), row('c5099')], 0);
    window.add([row('c0'), row('c99'), row('c100'), row('c5099')], 0);
    expect(window.unclaimed('bot').map(({ queryId }) => queryId)).toEqual(['c0', 'c99']);
  });
});
