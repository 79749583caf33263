import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../errors/api-error.ts';
import { BudgetCalendar } from './budget-calendar.ts';
import { BOOK } from './budget-steps.fixture.ts';
import { Budgets, type Wish } from './budgets.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { MemoryLedger } from './memory-ledger.fixture.ts';
import { Tallies } from './tallies.ts';

const NOON = Date.UTC(2026, 4, 17, 12);
const spender = { teamId: 't', keyId: 'k9', model: 'm9' };
const wish: Wish = { spender, limits: {}, points: 10, tokens: 0, isStream: false, openedAt: NOON };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(whenDown: 'refuse' | 'local') {
  const ledger = new MemoryLedger();
  const warned: object[] = [];
  const log = {
    info: () => undefined,
    warn: (facts: object) => warned.push(facts),
    error: () => undefined,
  };
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const seeds = new LedgerSeeds(ledger, { id: 'own' }, log);
  const budgets = new Budgets(BOOK, tallies, new LocalCounters(seeds, tallies, whenDown));
  const add = (instance: string, cost: number) => {
    ledger.rows.push({ instance, openedAt: NOON, spender, cost });
  };
  const spent = () => budgets.standing(spender, NOON).map((standing) => standing.spent);
  return { ledger, warned, budgets, add, spent };
}

describe('what was spent before the start', () => {
  it('is asked for once in a window, by however many requests', async () => {
    const { ledger, budgets, add, spent } = open('refuse');
    add('another', 85);
    const outcomes = await Promise.allSettled([1, 2, 3].map(async () => budgets.admit(wish)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    // For the day and for the month.
    expect(ledger.asked).toBe(2);
    expect(spent()).toEqual([85, 85]);
  });

  it('is not to be had while the ledger is down: 503, and it is left alone for a second', async () => {
    const { ledger, warned, budgets, add } = open('refuse');
    ledger.isDown = true;
    for (let turn = 0; turn < 3; turn++) {
      const error: unknown = await Promise.resolve(budgets.admit(wish)).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({
        status: 503,
        code: 'store_unavailable',
        headers: { 'retry-after': '1' },
      });
    }
    expect(ledger.asked).toBe(1);
    expect(warned).toEqual([{ budget: 'td', reason: 'the database is down' }]);
    ledger.isDown = false;
    add('another', 95);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(budgets.admit(wish)).rejects.toThrow('95 of 100 points are spent');
  });

  it('is added later with STORE_DOWN=local, and what was spent meanwhile counted once', async () => {
    const { ledger, budgets, add, spent } = open('local');
    ledger.isDown = true;
    (await budgets.admit({ ...wish, points: 90 })).settle(30);
    add('own', 30);
    add('another', 40);
    await expect(budgets.admit({ ...wish, points: 80 })).rejects.toThrow('30 of 100 points');
    ledger.isDown = false;
    await vi.advanceTimersByTimeAsync(1000);
    await expect(budgets.admit({ ...wish, points: 31 })).rejects.toThrow('70 of 100 points');
    expect(spent()).toEqual([70, 70]);
  });
});
