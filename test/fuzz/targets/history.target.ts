import fc from 'fast-check';
import { expect } from 'vitest';
import { isCandidate, matchRow, type LedgerCall } from '../../../src/usage/match-row.ts';
import { parseHistory } from '../../../src/usage/parse-history.ts';
import { applyJsonEdit, jsonEdit } from '../json-edit.ts';
import type { FuzzTarget } from '../target.ts';

export const historyTarget: FuzzTarget = {
  name: 'history',
  property: ({ history }) => {
    const page = fc
      .array(jsonEdit, { maxLength: 6 })
      .map((edits) => edits.reduce(applyJsonEdit, history));
    return fc.property(page, fc.boolean(), (text, knowsUsage) => {
      const { rows, next, oldest } = parseHistory(JSON.parse(text));
      expect(['string', 'undefined']).toContain(typeof next);
      expect(typeof oldest).toBe('number');
      for (const row of rows) {
        expect(typeof row.queryId).toBe('string');
        expect(typeof row.bot).toBe('string');
        expect(['string', 'undefined']).toContain(typeof row.keyName);
        // Points are summed up for good: one row must not spoil the sum.
        expect(Number.isFinite(row.points)).toBe(true);
        expect(typeof row.startedAt).toBe('number');
        for (const tokens of [row.inputTokens, row.outputTokens]) {
          expect(tokens === undefined || (Number.isSafeInteger(tokens) && tokens >= 0)).toBe(true);
        }
      }
      const call = callLike(rows[0], knowsUsage);
      const candidates = rows.filter((row) => isCandidate(call, row, undefined));
      const found = matchRow(call, candidates, 0, true);
      if (found) expect(candidates).toContain(found);
    });
  },
};

function callLike(
  row: ReturnType<typeof parseHistory>['rows'][number] | undefined,
  knowsUsage: boolean,
): LedgerCall {
  const startedAt = row?.startedAt ?? 0;
  const usage = {
    promptTokens: row?.inputTokens ?? 1,
    completionTokens: row?.outputTokens ?? 1,
    reasoningTokens: 0,
  };
  return {
    key: { name: 'default', account: 'default', secret: 'a-key' },
    bot: row?.bot ?? 'GPT-4.1',
    sentAt: startedAt,
    respondedAt: startedAt,
    usage: knowsUsage ? usage : undefined,
  };
}
