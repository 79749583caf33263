import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestFacts } from './request-facts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the overhead', () => {
  it('is the time that was not spent waiting for Poe', () => {
    const facts = new RequestFacts('req_1');
    vi.advanceTimersByTime(5);
    facts.startWaiting();
    vi.advanceTimersByTime(1000);
    facts.stopWaiting();
    vi.advanceTimersByTime(2);
    expect(facts.measureOverhead()).toBe(7);
    expect(facts.overheadMs).toBe(7);
  });

  it('does not grow while Poe is waited for', () => {
    const facts = new RequestFacts('req_1');
    vi.advanceTimersByTime(5);
    facts.startWaiting();
    vi.advanceTimersByTime(1000);
    expect(facts.measureOverhead()).toBe(5);
    vi.advanceTimersByTime(1000);
    expect(facts.measureOverhead()).toBe(5);
  });

  it('adds up over several waits, however often their ends are told', () => {
    const facts = new RequestFacts('req_1');
    facts.stopWaiting();
    for (let nth = 0; nth < 3; nth++) {
      facts.startWaiting();
      vi.advanceTimersByTime(50);
      facts.startWaiting();
      vi.advanceTimersByTime(50);
      facts.stopWaiting();
      facts.stopWaiting();
      vi.advanceTimersByTime(1);
    }
    expect(facts.measureOverhead()).toBe(3);
  });
});
