import { describe, expect, it } from 'vitest';

import { historyPage } from './history-page.ts';
import type { LedgerRow } from './ledger-row.ts';

function rows(count: number): LedgerRow[] {
  return Array.from({ length: count }, (_, index) => ({
    creation_time: count - index,
    bot_name: 'GPT-4.1',
    query_id: `row${index}`,
    usage_type: 'API',
    cost_usd: '0.000030',
    cost_points: 1,
    cost_breakdown_in_points: { Total: '1 point' },
    api_key_name: 'Default API Key',
  }));
}

describe('historyPage', () => {
  it.each([
    [0, {}, { has_more: false, length: 0 }],
    [20, {}, { has_more: false, length: 20 }],
    [21, {}, { has_more: true, length: 20 }],
    [21, { starting_after: 'row0' }, { has_more: false, length: 20 }],
    [22, { starting_after: 'row0' }, { has_more: true, length: 20 }],
    [3, { limit: '2', starting_after: 'row2' }, { has_more: false, length: 0 }],
    [100, { limit: '100' }, { has_more: false, length: 100 }],
    [2, { limit: '1' }, { has_more: true, length: 1 }],
  ])('of %i rows, asked %o', (count, query, expected) => {
    const page = historyPage(rows(count), query);
    expect(page).toMatchObject(expected);
    expect('data' in page && page.data).toHaveLength(expected.length);
  });

  it('goes on with the row after the cursor', () => {
    const page = historyPage(rows(5), { limit: 2, starting_after: 'row1' });
    expect('data' in page && page.data.map((row) => row.query_id)).toEqual(['row2', 'row3']);
  });
});
