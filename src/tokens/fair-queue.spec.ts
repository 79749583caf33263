import { setImmediate as turnEnds } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

function setUp() {
  const queue = new FairQueue<string>();
  const log: string[] = [];
  const add = (name: string, size: number, steps = size) => {
    const work = (function* () {
      for (let step = 1; step < steps; step++) {
        log.push(name);
        yield;
      }
      return name;
    })();
    queue.add({ size, work, done: (result) => log.push(`${result} done`) });
  };
  return { add, log };
}

async function end(log: string[], jobs: number): Promise<void> {
  while (log.filter((entry) => entry.endsWith('done')).length < jobs) await turnEnds();
}

it('lets a small job overtake a big one', async () => {
  const { add, log } = setUp();
  add('big', 4);
  await turnEnds();
  add('small', 1);
  await end(log, 2);
  expect(log).toEqual(['big', 'small done', 'big', 'big', 'big done']);
});

it('lets the oldest job go on, however many small ones come', async () => {
  const { add, log } = setUp();
  add('big', 4);
  for (let i = 1; i <= 10; i++) add(`small ${i}`, 1);
  await end(log, 11);
  expect(log.indexOf('big done')).toBe(7);
});

it('gives jobs of one size their turns in order', async () => {
  const { add, log } = setUp();
  add('first', 2);
  add('second', 2);
  await end(log, 2);
  expect(log).toEqual(['first', 'first done', 'second', 'second done']);
});

it('begins again after it was idle', async () => {
  const { add, log } = setUp();
  add('one', 1);
  await end(log, 1);
  add('two', 1);
  await end(log, 2);
  expect(log).toEqual(['one done', 'two done']);
});
