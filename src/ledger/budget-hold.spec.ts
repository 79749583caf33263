import { describe, expect, it } from 'vitest';
import { BudgetCalendar } from './budget-calendar.ts';
import { BOOK, budgetsFor } from './budget-steps.fixture.ts';
import { BudgetHold } from './budget-hold.ts';
import { Budgets, type Wish } from './budgets.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { Tallies } from './tallies.ts';

const NOON = Date.UTC(2026, 4, 17, 12);
const DAY = 24 * 3600 * 1000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const spender = { teamId: 't', keyId: 'k0', model: 'm0' };
const wish: Wish = {
  spender,
  limits: {},
  points: 10,
  tokens: 100,
  isStream: false,
  openedAt: NOON,
};

/** As the Redis ones, it answers later. */
class SlowCounters extends LocalCounters {
  override async admit(...args: Parameters<LocalCounters['admit']>) {
    await Promise.resolve();
    return super.admit(...args);
  }
}

function open(Kind = LocalCounters) {
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const counters = new Kind(new LedgerSeeds(undefined, { id: 'i' }, log), tallies, 'refuse');
  const budgets = new Budgets(BOOK, tallies, counters);
  const figures = (at = NOON) =>
    Object.fromEntries(
      ['m0', 'm1'].flatMap((model) =>
        budgetsFor({ ...spender, model }).map((budget) => {
          const { held, total } = tallies.of(budget, at);
          return [budget.id, `${held}/${total}`];
        }),
      ),
    );
  const admit = (more: Partial<Wish> = {}) => budgets.admit({ ...wish, ...more }) as BudgetHold;
  return { budgets, counters, tallies, figures, admit };
}

describe('a hold', () => {
  it('is given at once where no store is asked', () => {
    expect(open().admit()).toBeInstanceOf(BudgetHold);
  });

  it('books to each model what its own calls cost, and all to key and team', () => {
    const { admit, figures } = open();
    const hold = admit();
    expect(figures()).toEqual({ td: '10/0', tm: '10/0', kd: '10/0', mw: '10/0', md: '0/0' });
    void hold.moveTo('m1', 12);
    expect(figures()).toEqual({ td: '12/0', tm: '12/0', kd: '12/0', mw: '0/0', md: '12/0' });
    hold.settle(9, {
      byModel: new Map([
        ['m0', 2],
        ['m1', 7],
      ]),
    });
    expect(figures()).toEqual({ td: '0/9', tm: '0/9', kd: '0/9', mw: '0/2', md: '0/7' });
    hold.correct(8, { byModel: new Map([['m1', 8]]) });
    expect(figures()).toEqual({ td: '0/8', tm: '0/8', kd: '0/8', mw: '0/0', md: '0/8' });
  });

  it('does each thing once', () => {
    const { admit, figures } = open();
    const hold = admit();
    hold.settle(9);
    hold.settle(5);
    hold.release();
    hold.correct(7);
    hold.correct(7);
    void hold.moveTo('m1', 12);
    expect(figures()).toEqual({ td: '0/7', tm: '0/7', kd: '0/7', mw: '0/7', md: '0/0' });
  });

  it('books into the window it was opened in, though that is over', () => {
    const { admit, figures } = open();
    const hold = admit();
    const later = NOON + DAY;
    admit({ openedAt: later }).settle(1);
    void hold.moveTo('m1', 12);
    hold.settle(9);
    expect(figures()).toMatchObject({ td: '0/9', kd: '0/9', md: '0/9' });
    expect(figures(later)).toMatchObject({ td: '0/1', kd: '0/1', md: '0/0' });
  });

  it.each([LocalCounters, SlowCounters])(
    'that is settled while it moves keeps nothing',
    async (Kind) => {
      const { budgets, figures } = open(Kind);
      const hold = await budgets.admit(wish);
      const moving = hold.moveTo('m1', 12);
      hold.settle(3);
      await moving;
      const spent = Kind === SlowCounters ? ['0/3', '0/0'] : ['0/0', '0/3'];
      expect(figures()).toEqual({ td: '0/3', tm: '0/3', kd: '0/3', mw: spent[0], md: spent[1] });
    },
  );

  it('counts tokens as they were in the end, and gives back those of what came to nothing', () => {
    const { admit } = open();
    const limits = { tokensPerMinute: 250 };
    const [first, second] = [admit({ limits }), admit({ limits })];
    expect(() => admit({ limits })).toThrow('may use 250 tokens in 60 s');
    first.settle(1, { tokens: 120 });
    second.release();
    admit({ limits, tokens: 130 });
    expect(() => admit({ limits, tokens: 1 })).toThrow('tokens');
  });

  it('is no request that costs nothing', () => {
    const { admit } = open();
    admit({ points: 0 }).settle(60);
    expect(() => admit({ points: 0 })).toThrow('budget of key "k0"');
  });

  it.each([NaN, -1])('is not made of %s points', (points) => {
    const { admit, figures } = open();
    expect(() => admit({ points })).toThrow(RangeError);
    const hold = admit();
    expect(() => {
      hold.settle(points);
    }).toThrow(RangeError);
    hold.release();
    expect(figures()).toMatchObject({ td: '0/0' });
  });

  it('of more points than there are is refused', () => {
    expect(() => open().admit({ points: Infinity })).toThrow('too small for this request');
  });

  it('leaves alone what it cannot have in full', () => {
    const { admit, figures } = open();
    const hold = admit({ spender: { ...spender, keyId: 'k1', model: 'm1' }, points: 5 });
    const limits = { requestsPerMinute: 0 };
    expect(() => admit({ limits })).toThrow('requests in 60 s');
    expect(() => admit({ points: 55 })).toThrow('model "m0"');
    expect(() => hold.moveTo('m0', 51)).toThrow('model "m0"');
    expect(figures()).toEqual({ td: '5/0', tm: '5/0', kd: '0/0', mw: '0/0', md: '5/0' });
  });
});
