import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pacer } from './pacer.ts';

let pacer: Pacer;
beforeEach(() => {
  vi.useFakeTimers();
  pacer = new Pacer(50);
});
afterEach(() => {
  pacer.stop();
  vi.useRealTimers();
});

function join(count: number): number[] {
  const turns: number[] = [];
  for (let member = 0; member < count; member += 1) {
    pacer.join({ next: () => turns.push(member) });
  }
  return turns;
}

it('gives everyone so many turns a second', () => {
  const turns = join(40);
  vi.advanceTimersByTime(1000);
  const each = Array.from({ length: 40 }, (_, member) => turns.filter((turn) => turn === member));
  expect(each.every(({ length }) => length === 50)).toBe(true);
});

it('spreads the turns over the period', () => {
  const turns = join(40);
  for (let ms = 1; ms <= 20; ms += 1) {
    vi.advanceTimersByTime(1);
    expect(turns).toHaveLength(ms * 2);
  }
});

it('gives nobody two turns at once after a stall', () => {
  const turns = join(20);
  vi.setSystemTime(Date.now() + 10_000);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000);
  vi.advanceTimersByTime(1);
  expect(turns).toHaveLength(20);
});

it('gives no turn to who has left', () => {
  const turns: string[] = [];
  const member = { next: () => turns.push('turn') };
  pacer.join(member);
  pacer.leave(member);
  vi.advanceTimersByTime(100);
  expect(turns).toEqual([]);
  expect([...pacer.members]).toEqual([]);
});
