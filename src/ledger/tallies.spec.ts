import { expect, it } from 'vitest';
import { BudgetCalendar } from './budget-calendar.ts';
import type { Budget } from './budget.ts';
import { Tallies } from './tallies.ts';

const DAY = 24 * 3600 * 1000;
const budget: Budget = { id: 'b', scope: 'team', subject: 't', period: 'day', points: 5 };
const names = (tallies: Tallies) => Array.from(tallies.all(), ({ name }) => name);

it('has one tally for a window, whichever was asked for in between', () => {
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const [first, second] = [tallies.of(budget, 0), tallies.of(budget, DAY)];
  expect(first).not.toBe(second);
  expect(tallies.of(budget, DAY - 1)).toBe(first);
  expect(tallies.of({ ...budget, points: 7 }, DAY)).toBe(second);
  expect(second.budget?.points).toBe(7);
  expect(names(tallies)).toEqual(['b:0', `b:${DAY}`]);
});

it('forgets windows a day after their end, unless something is held in them', () => {
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const [first, second] = [tallies.of(budget, 0), tallies.of({ ...budget, id: 'c' }, 0)];
  tallies.ofStreams('k');
  second.held = 1;
  tallies.prune(2 * DAY - 1);
  expect(names(tallies)).toHaveLength(3);
  tallies.prune(2 * DAY);
  expect(names(tallies)).toEqual(['c:0', 'streams:k']);
  expect(tallies.of(budget, 0)).not.toBe(first);
});
