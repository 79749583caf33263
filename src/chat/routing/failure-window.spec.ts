import { CircuitState } from 'cockatiel';
import { describe, expect, it } from 'vitest';
import { FailureWindow } from './failure-window.ts';

const { Closed, HalfOpen } = CircuitState;

function open(models = 1, silentMs = 0) {
  let now = 0;
  const window = new FailureWindow({ calls: 20, models, silentMs }, () => now);
  const fail = (model = 'GPT') => {
    window.noteModel(model);
    return window.failure(Closed);
  };
  return { window, fail, wait: (ms: number) => (now += ms) };
}

function succeed(window: FailureWindow, times: number): void {
  for (let call = 0; call < times; call++) window.success(Closed);
}

describe('a circuit', () => {
  it('opens at the twentieth call if all failed', () => {
    const { fail } = open();
    const outcomes = Array.from({ length: 20 }, () => fail());
    expect(outcomes.indexOf(true)).toBe(19);
  });

  it('opens if half of many calls failed, and not before', () => {
    const { window, fail } = open();
    succeed(window, 30);
    const outcomes = Array.from({ length: 30 }, () => fail());
    expect(outcomes.indexOf(true)).toBe(29);
  });

  it('does not count what is more than a minute old', () => {
    const { fail, wait } = open();
    for (let call = 0; call < 19; call++) fail();
    wait(61_000);
    expect(fail()).toBe(false);
  });

  it('of several models needs failures of so many', () => {
    const { fail, wait } = open(3);
    for (let call = 0; call < 40; call++) expect(fail('GPT')).toBe(false);
    expect(fail('Claude')).toBe(false);
    wait(65_000);
    for (let call = 0; call < 40; call++) expect(fail('Kimi')).toBe(false);
    expect(fail('GPT')).toBe(false);
    expect(fail('Claude')).toBe(true);
  });

  it('does not open while others still succeed', () => {
    const { window, fail, wait } = open(3, 5000);
    for (const model of ['GPT', 'Claude', 'Kimi']) {
      for (let call = 0; call < 20; call++) fail(model);
      succeed(window, 1);
    }
    wait(4999);
    expect(fail()).toBe(false);
    wait(1);
    expect(fail()).toBe(true);
  });

  it('opens again at once when its probe fails, and starts anew after one that succeeded', () => {
    const { window, fail } = open();
    for (let call = 0; call < 20; call++) fail();
    expect(window.failure(HalfOpen)).toBe(true);
    window.success(HalfOpen);
    expect(fail()).toBe(false);
  });
});
