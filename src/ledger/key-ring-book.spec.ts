import { expect, it } from 'vitest';
import { KeyRing } from '../keys/key-ring.ts';
import type { TeamRecord } from '../keys/roster.ts';
import type { Budget } from './budget.ts';
import { KeyRingBook } from './key-ring-book.ts';

const budget = (id: string, scope: Budget['scope'], subject: string, points = 1): Budget => ({
  id,
  scope,
  subject,
  period: 'day',
  points,
});
const spender = { teamId: 'data', keyId: 'k', model: 'Bot' };

function open(file: Budget[], database: Budget[] = []) {
  const ring = new KeyRing({ mode: 'keys', keys: [] });
  const take = (source: 'file' | 'database', budgets: Budget[], teams: TeamRecord[] = []) => {
    ring.take(source, { teams, keys: [], budgets });
  };
  take('file', file);
  take('database', database);
  const book = new KeyRingBook(ring);
  return { take, all: () => book.all, found: () => book.budgetsFor(spender).map(({ id }) => id) };
}

it('finds the budgets of team, key and model, of file and database alike', () => {
  const { found } = open(
    [budget('t', 'team', 'data'), budget('x', 'team', 'k'), budget('m', 'model', 'Bot')],
    [budget('k', 'key', 'k'), budget('y', 'model', 'Other')],
  );
  expect(found()).toEqual(['t', 'k', 'm']);
});

it('knows what people call a team', () => {
  const { take, all } = open([budget('t', 'team', 'id-of-data')]);
  expect(all()).toEqual([budget('t', 'team', 'id-of-data')]);
  const team = { id: 'id-of-data', name: 'data', poeAccount: undefined };
  take('file', [budget('t', 'team', 'id-of-data')], [team]);
  expect(all()).toMatchObject([{ subject: 'id-of-data', name: 'data' }]);
});

it('has nothing for whom there is nothing', () => {
  expect(open([]).found()).toEqual([]);
});

it('knows a change at once', () => {
  const { take, found } = open([budget('t', 'team', 'data')]);
  expect(found()).toEqual(['t']);
  take('database', [budget('k', 'key', 'k')]);
  expect(found()).toEqual(['t', 'k']);
  take('file', []);
  expect(found()).toEqual(['k']);
});

it('goes by the file where the database has a budget for the same and the same period', () => {
  const { found } = open([budget('f', 'team', 'data')], [budget('d', 'team', 'data', 9)]);
  expect(found()).toEqual(['f']);
});
