import { describe, expect, it } from 'vitest';

import { Ledger, type LedgerEntry } from './ledger.ts';

const DAY = 24 * 3600 * 1000;

function entry(id: string, times: Partial<LedgerEntry> & { createdAt?: number } = {}): LedgerEntry {
  const { createdAt = 0, ...rest } = times;
  return {
    row: {
      creation_time: createdAt * 1000,
      bot_name: 'GPT-4.1',
      query_id: id,
      usage_type: 'API',
      cost_usd: '0.00030',
      cost_points: 10,
      cost_breakdown_in_points: { Total: '10 points' },
      api_key_name: 'Default API Key',
    },
    visibleAt: 0,
    finalAt: 0,
    position: createdAt * 1000,
    ...rest,
  };
}

function ids(ledger: Ledger): string[] {
  return ledger.visibleRows().map((row) => row.query_id);
}

describe('Ledger', () => {
  it('shows a row and takes its points when they are due, and not before', () => {
    let now = 0;
    const ledger = new Ledger(() => now, 100);
    ledger.book(entry('a', { visibleAt: 500, finalAt: 500 }));
    expect([ids(ledger), ledger.balance, ledger.rows.length]).toEqual([[], 100, 1]);
    now = 499;
    expect([ids(ledger), ledger.balance]).toEqual([[], 100]);
    now = 500;
    expect([ids(ledger), ledger.balance]).toEqual([['a'], 90]);
    expect(ledger.balance).toBe(90);
  });

  it('shows 0 points as long as the cost is not final', () => {
    let now = 100;
    const ledger = new Ledger(() => now, 100);
    ledger.book(entry('a', { visibleAt: 100, finalAt: 6100 }));
    expect(ledger.visibleRows()[0]).toMatchObject({ cost_points: 0, cost_usd: '0.00' });
    expect(ledger.balance).toBe(100);
    now = 6100;
    expect(ledger.visibleRows()[0]).toMatchObject({ cost_points: 10, cost_usd: '0.00030' });
    expect(ledger.balance).toBe(90);
  });

  it('is newest first by position, whenever rows were booked', () => {
    const ledger = new Ledger(() => 10, 100);
    for (const at of [2, 1, 3]) ledger.book(entry(String(at), { createdAt: at }));
    ledger.book(entry('4', { createdAt: 4, position: 1500 }));
    expect(ids(ledger)).toEqual(['3', '2', '4', '1']);
  });

  it('keeps rows for 30 days', () => {
    let now = DAY;
    const ledger = new Ledger(() => now, 100);
    ledger.book(entry('old', { createdAt: DAY }));
    now = 31 * DAY;
    expect(ids(ledger)).toEqual(['old']);
    now += 1;
    expect(ids(ledger)).toEqual([]);
  });

  it('takes what was due off the old balance, not off one that is set', () => {
    const ledger = new Ledger(() => 10, 100);
    ledger.book(entry('a'));
    ledger.balance = 50;
    expect(ledger.balance).toBe(50);
    ledger.book(entry('b', { finalAt: 10 }));
    expect(ledger.balance).toBe(40);
  });
});
