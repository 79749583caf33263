import { expect, it } from 'vitest';
import type { RedisLink } from '../store/redis-link.ts';
import type { RedisScript } from '../store/redis-script.ts';
import { BudgetCalendar } from './budget-calendar.ts';
import { RedisTeller } from './redis-teller.ts';
import { Tallies } from './tallies.ts';

const MANY = 1200;

/** A Redis that takes everything, and what it was told of how many held streams. */
function start() {
  const told: { how: unknown; leaseMs: unknown; windows: number; held: number }[] = [];
  const link = {
    isUp: true,
    onReturn: () => undefined,
    run: (_: RedisScript, count: number, ...rest: unknown[]) => {
      const [, , , leaseMs, how, ...windows] = rest.slice(count);
      const held = windows.filter((_, index) => index % 4 === 1).map(Number);
      const sum = held.reduce((total, points) => total + points, 0);
      told.push({ how, leaseMs, windows: held.length, held: sum });
      return Promise.resolve([0, 1]);
    },
  } as unknown as RedisLink;
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  for (let key = 0; key < MANY; key++) tallies.ofStreams(`k${key}`).held = 1;
  return { told, tallies, teller: new RedisTeller(link, tallies, { id: '0-0-0-0-0' }) };
}

it('tells of many windows in several commands, none of which holds up Redis for long', async () => {
  const { told, tallies, teller } = start();
  const beginning = teller.begin();
  expect(teller.beginning).toBeDefined();
  await beginning;
  await teller.beginning;
  expect(teller.beginning).toBeUndefined();
  expect(told.map(({ how, windows, held }) => [how, windows, held])).toEqual([
    ['begin', 500, 500],
    ['renew', 500, 500],
    ['renew', 200, 200],
  ]);
  await teller.renew(tallies.all());
  expect(told.slice(3).map(({ windows, held }) => [windows, held])).toEqual([
    [500, 0],
    [500, 0],
    [200, 0],
  ]);
  await teller.close();
});

it('gives up its lease when it has said everything', async () => {
  const { told, teller } = start();
  await teller.close();
  expect(told.map(({ leaseMs, windows }) => [leaseMs, windows])).toEqual([
    [15_000, 500],
    [15_000, 500],
    [15_000, 200],
    [0, 0],
  ]);
});
