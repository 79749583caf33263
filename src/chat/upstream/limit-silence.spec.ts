import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { limitSilence } from './limit-silence.ts';
import { ENDINGS, watchLimit } from './watch-limit.fixture.ts';

const chunk = ChatChunk.ofContentJson('"a"');
const end = ChatChunk.of({}, { finishReason: 'stop' });

const late = expect.objectContaining({
  kind: 'timeout',
  status: 504,
  message: 'Poe did not begin its answer within 100 s.',
}) as unknown;
const idle = expect.objectContaining({
  kind: 'timeout',
  status: 504,
  message: 'Poe was silent for 10 s in the middle of its answer.',
}) as unknown;

const watch = (isHeldBack = () => false, firstTokenMs = 100_000) =>
  watchLimit(limitSilence({ firstTokenMs, idleMs: 10_000, isHeldBack }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('fails when the first chunk is late', () => {
  const { source, seen } = watch();
  vi.advanceTimersByTime(99_999);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([late]);
  expect(source.observed).toBe(false);
});

it('waits for the first chunk for ever where there is no limit', () => {
  const { source, seen } = watch(undefined, 0);
  vi.advanceTimersByTime(24 * 3600 * 1000);
  source.next(chunk);
  expect(seen).toEqual(['chunk']);
});

it('has no limit for the whole once it began', () => {
  const { source, seen } = watch();
  for (let second = 0; second < 200; second++) {
    source.next(chunk);
    vi.advanceTimersByTime(1000);
  }
  expect(seen).toHaveLength(200);
});

it('fails after silence between chunks', () => {
  const { source, seen } = watch();
  source.next(chunk);
  vi.advanceTimersByTime(9999);
  source.next(chunk);
  vi.advanceTimersByTime(9999);
  expect(seen).toEqual(['chunk', 'chunk']);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual(['chunk', 'chunk', idle]);
  expect(source.observed).toBe(false);
});

it('does not take for silence that the source was told to pause', () => {
  let held = true;
  const { source, seen } = watch(() => held);
  source.next(chunk);
  vi.advanceTimersByTime(45_000);
  expect(seen).toEqual(['chunk']);
  held = false;
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual(['chunk', idle]);
});

it('allows any silence after the finish reason', () => {
  const { source, seen } = watch();
  source.next(chunk);
  source.next(end);
  source.next(ChatChunk.of({}));
  vi.advanceTimersByTime(50_000);
  source.complete();
  expect(seen).toEqual(['chunk', 'chunk', 'chunk', 'complete']);
});

it.each(Object.entries(ENDINGS))('has no timers after %s', (_, finish) => {
  const watched = watch();
  expect(vi.getTimerCount()).toBe(1);
  watched.source.next(chunk);
  expect(vi.getTimerCount()).toBe(1);
  finish(watched);
  expect(vi.getTimerCount()).toBe(0);
  expect(watched.source.observed).toBe(false);
});

it('passes on the end and a failure', () => {
  const ended = watch();
  ended.source.complete();
  expect(ended.seen).toEqual(['complete']);
  const failed = watch();
  const error = new Error('failed');
  failed.source.error(error);
  expect(failed.seen).toEqual([error]);
});
