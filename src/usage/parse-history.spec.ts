import { describe, expect, it } from 'vitest';
import { parseHistory } from './parse-history.ts';

/** As recorded on 13 April 2026. */
const recorded = {
  creation_time: 1776123189878077,
  bot_name: 'Claude-Haiku-4.5',
  query_id: 'ahb9qdmlplk8rt2v62',
  usage_type: 'API',
  cost_usd: '0.0072',
  cost_points: 239,
  cost_breakdown_in_points: {
    Input: '238 points (8369 tokens)',
    Output: '1 point (4 tokens)',
    Total: '239 points',
  },
  api_key_name: 'Default API Key',
};

const page = (...data: unknown[]) => parseHistory({ has_more: false, length: data.length, data });
const firstOf = (changes: object) => page({ ...recorded, ...changes }).rows[0];

describe('a row', () => {
  it('is read with its time in ms', () => {
    expect(page(recorded).rows).toEqual([
      {
        queryId: 'ahb9qdmlplk8rt2v62',
        bot: 'Claude-Haiku-4.5',
        keyName: 'Default API Key',
        startedAt: 1776123189878.077,
        points: 239,
        inputTokens: 8369,
        outputTokens: 4,
      },
    ]);
  });

  it.each([
    ['µs', 1776123189878077, 1776123189878.077],
    ['ms', 1776123189878, 1776123189878],
    ['s', 1704825600, 1704825600000],
    ['a fraction of s', 1704825600.5, 1704825600500],
  ])('may have its time in %s', (_, creation_time, startedAt) => {
    expect(firstOf({ creation_time })?.startedAt).toBe(startedAt);
  });

  it.each([undefined, null, '1776123189878077', Number.NaN])(
    'without a time (%j) is nobody’s',
    (creation_time) => {
      expect(firstOf({ creation_time })?.startedAt).toBeNaN();
    },
  );

  it.each([
    [{ Input: '1,238 points (1,048,576 tokens)' }, 1_048_576, undefined],
    [{ Input: '1 point (1 token)', Output: '2 points (3 tokens)' }, 1, 3],
    [{ input: '1 point (7 tokens)', OUTPUT: '1 point (8 tokens)' }, 7, 8],
    [{ 'Cache discount': '-213 points (8352 tokens)', Total: '26 points' }, undefined, undefined],
    [{ Input: 238, Output: null }, undefined, undefined],
    [{ Message: '130 points' }, undefined, undefined],
    [{ Input: '238 points' }, undefined, undefined],
    [{ Input: `1 point (${'9'.repeat(400)} tokens)` }, undefined, undefined],
    [null, undefined, undefined],
  ])('with the breakdown %j has its tokens', (cost_breakdown_in_points, input, output) => {
    expect(firstOf({ cost_breakdown_in_points })).toMatchObject({
      points: 239,
      inputTokens: input,
      outputTokens: output,
    });
  });

  it.each([
    ['free for a while', { cost_points: 0, cost_breakdown_in_points: {} }],
    ['of the web chat', { usage_type: 'Chat' }],
    ['of a canvas app', { usage_type: 'Canvas App' }],
    ['without an id', { query_id: undefined }],
    ['without a bot', { bot_name: null }],
    ['without a cost', { cost_points: undefined }],
    ['with a cost in words', { cost_points: '239' }],
    ['with a cost without end', { cost_points: Infinity }],
  ])('%s is left out', (_, changes) => {
    expect(firstOf(changes)).toBeUndefined();
  });

  it.each([
    ['free for a while', { cost_points: 0, cost_breakdown_in_points: {} }, true, false],
    ['of the web chat', { usage_type: 'Chat' }, false, true],
    ['without usage_type', { usage_type: undefined }, true, true],
    ['free for good', { cost_points: 0 }, true, true],
  ])('%s is an entry all the same', (_, changes, isOfApi, isFinal) => {
    const { entries } = page({ ...recorded, ...changes });
    expect(entries).toMatchObject([{ queryId: 'ahb9qdmlplk8rt2v62', isOfApi, isFinal }]);
  });

  it('says how much of its input was cached', () => {
    const lines = { Input: '9 points (90 tokens)', 'Cache discount': '-5 points (60 tokens)' };
    const { entries } = page({ ...recorded, cost_breakdown_in_points: lines });
    expect(entries).toMatchObject([{ inputTokens: 90, cachedTokens: 60 }]);
  });

  it.each([
    ['free for good', { cost_points: 0 }],
    ['a refund', { cost_points: -5 }],
    ['without usage_type', { usage_type: undefined }],
    ['without a key name', { api_key_name: undefined }],
  ])('%s counts', (_, changes) => {
    expect(firstOf(changes)).toBeDefined();
  });
});

describe('a page', () => {
  const older = { ...recorded, query_id: 'older', creation_time: 1776123000000000 };

  it('names where the next one starts, while there is one', () => {
    expect(parseHistory({ has_more: true, data: [recorded, older] }).next).toBe('older');
    expect(parseHistory({ has_more: false, data: [recorded, older] }).next).toBeUndefined();
    expect(parseHistory({ data: [recorded, older] }).next).toBeUndefined();
    expect(parseHistory({ has_more: true, data: [] }).next).toBeUndefined();
  });

  it('reaches back to its oldest row, whatever that row is', () => {
    const chat = { ...older, usage_type: 'Chat' };
    expect(page(recorded, chat)).toMatchObject({ oldest: 1776123000000, rows: [{ points: 239 }] });
    expect(page().oldest).toBe(Infinity);
  });

  it('may have any number of rows', () => {
    const rows = Array.from({ length: 200_000 }, () => recorded);
    expect(parseHistory({ data: rows }).oldest).toBe(1776123189878.077);
  });

  it('keeps the rows that can be understood', () => {
    expect(page(null, 5, 'row', [], {}, recorded).rows).toHaveLength(1);
  });

  it.each([undefined, null, 'text', 5, [], {}, { data: null }, { data: {} }])(
    '%j is an empty one',
    (body) => {
      expect(parseHistory(body)).toEqual({
        entries: [],
        rows: [],
        next: undefined,
        oldest: Infinity,
      });
    },
  );
});
