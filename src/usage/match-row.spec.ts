import { describe, expect, it } from 'vitest';
import { ONLY_KEY } from './fake-ledger.fixture.ts';
import type { HistoryRow } from './history-row.ts';
import { isCandidate, matchRow, type LedgerCall } from './match-row.ts';

const AT = 1_776_123_189_000;

const call: LedgerCall = {
  key: ONLY_KEY,
  bot: 'claude-haiku-4.5',
  sentAt: AT,
  respondedAt: AT + 1000,
  usage: { promptTokens: 8369, completionTokens: 4, reasoningTokens: 0 },
};
const row: HistoryRow = {
  queryId: 'q1',
  bot: 'Claude-Haiku-4.5',
  keyName: 'ours',
  startedAt: AT + 27,
  points: 239,
  inputTokens: 8369,
  outputTokens: 4,
};
const flat = { ...row, inputTokens: undefined, outputTokens: undefined };
const reasoning = { promptTokens: 8369, completionTokens: 4, reasoningTokens: 354 };

describe('isCandidate', () => {
  it.each<[string, Partial<LedgerCall>, Partial<HistoryRow>, string?]>([
    ['bot, time and tokens agree', {}, {}],
    ['the key is ours', {}, {}, 'ours'],
    ['our clock is a little behind', {}, { startedAt: AT + 2999 }],
    ['our clock is a little ahead', {}, { startedAt: AT - 2000 }],
    ['the answer took minutes to begin', { respondedAt: AT + 200_000 }, { startedAt: AT + 1e5 }],
    ['the bot has a flat price', {}, { inputTokens: undefined, outputTokens: undefined }],
    ['the answer broke off, so its tokens are unknown', { usage: undefined }, { outputTokens: 9 }],
    ['reasoning is billed on top', { usage: reasoning }, { outputTokens: 358 }],
    ['reasoning is billed within', { usage: reasoning }, { outputTokens: 4 }],
  ])('is true when %s', (_, callChanges, rowChanges, keyName) => {
    expect(isCandidate({ ...call, ...callChanges }, { ...row, ...rowChanges }, keyName)).toBe(true);
  });

  it.each<[string, Partial<LedgerCall>, Partial<HistoryRow>, string?]>([
    ['another bot', {}, { bot: 'Claude-Haiku-4.5-Fast' }],
    ['another key', {}, {}, 'theirs'],
    ['no key name where ours is known', {}, { keyName: undefined }, 'ours'],
    ['too early', {}, { startedAt: AT - 2001 }],
    ['too late', {}, { startedAt: AT + 3001 }],
    ['without a time', {}, { startedAt: Number.NaN }],
    ['longer', {}, { inputTokens: 8370 }],
    ['answered at greater length', {}, { outputTokens: 5 }],
    ['reasoning alone', { usage: reasoning }, { outputTokens: 354 }],
  ])('is false when the row is %s', (_, callChanges, rowChanges, keyName) => {
    expect(isCandidate({ ...call, ...callChanges }, { ...row, ...rowChanges }, keyName)).toBe(
      false,
    );
  });
});

describe('matchRow', () => {
  const later = { ...row, queryId: 'q2', startedAt: AT + 500 };
  const dearer = { ...later, points: 300 };
  const broken = { ...call, usage: undefined };

  it.each<[string, LedgerCall, HistoryRow[], number, HistoryRow | undefined]>([
    ['none while there is none', call, [], 0, undefined],
    ['the only one', call, [row], 0, row],
    ['the nearest of those that cost the same', call, [later, row], 0, row],
    ['the nearest, in whichever order', call, [row, later], 1, row],
    ['none of those that differ', call, [row, dearer], 0, undefined],
    ['none while a rival may be the one whose row this is', call, [row], 1, undefined],
    ['none while rows are fewer than calls', call, [row, later], 2, undefined],
    ['the only one, though tokens are unknown', broken, [row], 0, row],
    ['none of two when tokens are unknown', broken, [row, later], 0, undefined],
    ['none when tokens are unknown and somebody else may mean it', broken, [row], 1, undefined],
    ['the only one of a flat price', call, [flat], 0, flat],
    ['none of a flat price while rows are fewer than calls', call, [flat], 1, undefined],
  ])('is %s', (_, given, rows, rivals, expected) => {
    expect(matchRow(given, rows, rivals, false)).toBe(expected);
  });

  it.each<[string, LedgerCall, HistoryRow[], number, HistoryRow | undefined]>([
    ['one of those that cost the same, though rivals wait', call, [row], 5, row],
    ['none of those that differ', call, [row, dearer], 0, undefined],
    ['none when tokens are unknown and a rival waits', broken, [row], 1, undefined],
    ['none of a flat price that a rival may mean', call, [flat], 1, undefined],
    ['none while there is none', call, [], 0, undefined],
  ])('is at the last chance %s', (_, given, rows, rivals, expected) => {
    expect(matchRow(given, rows, rivals, true)).toBe(expected);
  });
});
