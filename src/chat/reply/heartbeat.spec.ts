import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('beats after each silence, counted from what was sent last', () => {
  const beat = vi.fn();
  const heart = new Heartbeat({ heartbeatMs: 1000, heartbeatStyle: 'comment' }, beat);
  vi.advanceTimersByTime(999);
  heart.sent();
  vi.advanceTimersByTime(998);
  expect(beat).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(beat).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(3000);
  expect(beat).toHaveBeenCalledTimes(4);
});

it('does nothing once it is stopped, be it by a beat', () => {
  const beat = vi.fn(() => {
    heart.stop();
  });
  const heart = new Heartbeat({ heartbeatMs: 1000, heartbeatStyle: 'comment' }, beat);
  vi.advanceTimersByTime(9000);
  expect(beat).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it('has no timer when it is off', () => {
  const heart = new Heartbeat({ heartbeatMs: 1000, heartbeatStyle: 'off' }, vi.fn());
  expect(vi.getTimerCount()).toBe(0);
  heart.stop();
});
