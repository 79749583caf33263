import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoutingConfig } from '../../config/config.ts';
import { RetryBudget } from './retry-budget.service.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function budget(retryBudgetMin = 3, retryBudgetPercent = 10): RetryBudget {
  return new RetryBudget({ retryBudgetMin, retryBudgetPercent } as RoutingConfig);
}

function granted(retries: RetryBudget, model: string, wanted = 100): number {
  return Array.from({ length: wanted }, () => retries.takeRetry(model)).filter(Boolean).length;
}

describe('RetryBudget', () => {
  it('grants a few retries to a model that is hardly asked', () => {
    expect(granted(budget(), 'GPT')).toBe(3);
  });

  it('grants a share of the requests to one that is asked often, each model its own', () => {
    const retries = budget();
    for (let request = 0; request < 200; request++) retries.countRequest('GPT');
    expect(granted(retries, 'GPT')).toBe(20);
    expect(granted(retries, 'Claude')).toBe(3);
  });

  it('grants again once a minute has passed', () => {
    const retries = budget();
    expect(granted(retries, 'GPT')).toBe(3);
    vi.advanceTimersByTime(50_000);
    expect(granted(retries, 'GPT')).toBe(0);
    vi.advanceTimersByTime(15_000);
    expect(granted(retries, 'GPT')).toBe(3);
  });

  it('grants none where none is wanted', () => {
    const retries = budget(0, 0);
    retries.countRequest('GPT');
    expect(granted(retries, 'GPT')).toBe(0);
  });
});
