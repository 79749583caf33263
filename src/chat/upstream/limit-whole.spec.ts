import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { limitWhole } from './limit-whole.ts';
import { ENDINGS, watchLimit } from './watch-limit.fixture.ts';

const chunk = ChatChunk.ofContentJson('"a"');

const watch = () => watchLimit(limitWhole(100_000));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('bounds an answer that is never silent', () => {
  const { source, seen } = watch();
  for (let second = 0; second < 100; second++) {
    source.next(chunk);
    vi.advanceTimersByTime(1000);
  }
  expect(seen).toHaveLength(101);
  expect(seen.at(-1)).toMatchObject({
    kind: 'timeout',
    status: 504,
    message: 'Poe did not finish its answer in the time that the request has.',
  });
  expect(source.observed).toBe(false);
});

it.each(Object.entries(ENDINGS))('has no timers after %s', (_, finish) => {
  const watched = watch();
  expect(vi.getTimerCount()).toBe(1);
  finish(watched);
  expect(vi.getTimerCount()).toBe(0);
  expect(watched.source.observed).toBe(false);
});
