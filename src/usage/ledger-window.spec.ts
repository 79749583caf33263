import { describe, expect, it } from 'vitest';
import type { HistoryRow } from './history-row.ts';
import { LedgerWindow } from './ledger-window.ts';

const KEPT_MS = 15 * 60_000;

const row = (queryId: string, points = 1): HistoryRow => ({
  queryId,
  bot: 'Bot',
  keyName: 'ours',
  startedAt: 0,
  points,
  inputTokens: 1,
  outputTokens: 1,
});

describe('LedgerWindow', () => {
  it('holds rows until they are claimed', () => {
    const window = new LedgerWindow();
    window.add([row('a'), row('b')], 0);
    window.claim(row('a'), 0);
    expect(window.unclaimed('bot')).toEqual([row('b')]);
  });

  it('never gives a claimed row again, however often it is read', () => {
    const window = new LedgerWindow();
    window.add([row('a')], 0);
    window.claim(row('a'), 0);
    for (const now of [1, KEPT_MS]) {
      window.add([row('a', 2)], now);
      expect(window.unclaimed('bot')).toEqual([]);
    }
  });

  it('takes a later reading of a row for the truth', () => {
    const window = new LedgerWindow();
    window.add([row('a', 1)], 0);
    window.add([row('a', 2)], 1);
    expect(window.unclaimed('bot')).toEqual([row('a', 2)]);
  });

  it('forgets rows that were not seen for long, claimed or not', () => {
    const window = new LedgerWindow();
    window.add([row('seen again'), row('not seen'), row('claimed')], 0);
    window.claim(row('claimed'), 0);
    window.add([row('seen again')], KEPT_MS);
    expect(window.unclaimed('bot')).toEqual([row('seen again'), row('not seen')]);
    window.add([], KEPT_MS + 1);
    expect(window.unclaimed('bot')).toEqual([row('seen again')]);
    window.add([row('claimed')], KEPT_MS + 2);
    expect(window.unclaimed('bot')).toEqual([row('seen again'), row('claimed')]);
  });

  it('keeps the newest of more rows than anybody will ask for', () => {
    const window = new LedgerWindow();
    window.add(
      Array.from({ length: 2500 }, (_, nth) => row(`u${nth}`)),
      0,
    );
    const kept = window.unclaimed('bot').map(({ queryId }) => queryId);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([2000, 'u500', 'u2499']);
  });

  it('remembers the last few thousand claims', () => {
    const window = new LedgerWindow();
    for (let nth = 0; nth < 5100; nth++) window.claim(row(`c${nth}`), 0);
    window.add([row('c0'), row('c99'), row('c5099')], 1);
    window.add([row('c0'), row('c99'), row('c100'), row('c5099')], 2);
    expect(window.unclaimed('bot').map(({ queryId }) => queryId)).toEqual(['c0', 'c99']);
  });
});
