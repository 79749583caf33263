import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoutingConfig } from '../../config/config.ts';
import { Metrics } from '../../observability/metrics.ts';
import { ReadinessDetail } from '../../observability/readiness-detail.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { Breakers } from './breakers.service.ts';

const OPEN_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(breakerCalls = 20) {
  const log: string[] = [];
  const say = (_: object, message: string) => log.push(message);
  const detail = new ReadinessDetail();
  const metrics = new Metrics();
  const config = { breakerCalls, breakerOpenMs: OPEN_MS } as RoutingConfig;
  const breakers = new Breakers(config, metrics, { warn: say, info: say, error: say }, detail);
  return { breakers, log, detail, metrics };
}

const failure = (status: number) => new UpstreamError({ kind: 'status', status, message: 'No.' });

async function fail(breakers: Breakers, model: string, status = 503, times = 20): Promise<void> {
  for (let call = 0; call < times; call++) {
    const watch = breakers.watch(model);
    watch?.fail(failure(status));
    watch?.leave();
  }
  await vi.advanceTimersByTimeAsync(0);
}

describe('Breakers', () => {
  it('leave a model alone that failed again and again, and no other', async () => {
    const { breakers, log, detail, metrics } = start();
    await fail(breakers, 'GPT');
    expect(breakers.waitMs('GPT')).toBe(OPEN_MS);
    expect(breakers.waitMs('Claude')).toBe(0);
    expect(log).toEqual(['circuit breaker opened']);
    expect(detail.read()).toEqual({ breakers: { GPT: 'open' } });
    expect(await metrics.registry.metrics()).toContain('poe_proxy_breaker_open{model="GPT"} 1');
  });

  it('leave all models alone when three of them fail', async () => {
    const { breakers, detail } = start();
    await fail(breakers, 'GPT', 503, 10);
    await fail(breakers, 'Claude', 503, 9);
    expect(breakers.waitMs('Kimi')).toBe(0);
    await fail(breakers, 'Qwen', 503, 1);
    expect(breakers.waitMs('Kimi')).toBe(OPEN_MS);
    expect(detail.read()).toEqual({ breakers: { '*': 'open' } });
  });

  it.each([400, 401, 404, 429])('take %i for a sign of life', async (status) => {
    const { breakers } = start();
    await fail(breakers, 'GPT', status, 50);
    expect(breakers.waitMs('GPT')).toBe(0);
  });

  it.each([408, 500])('take %i for a failure', async (status) => {
    const { breakers } = start();
    await fail(breakers, 'GPT', status);
    expect(breakers.waitMs('GPT')).toBe(OPEN_MS);
  });

  it('count a failure in the middle of an answer for the model only', async () => {
    const { breakers, detail } = start();
    for (const model of ['GPT', 'Claude', 'Kimi']) {
      for (let call = 0; call < 20; call++) {
        const watch = breakers.watch(model);
        watch?.content();
        watch?.fail(failure(502));
      }
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(detail.read()).toEqual({ breakers: { GPT: 'open', Claude: 'open', Kimi: 'open' } });
  });

  it('close as soon as a probe has content, long before its answer ends', async () => {
    const { breakers, log } = start();
    await fail(breakers, 'GPT');
    vi.advanceTimersByTime(OPEN_MS);
    expect(breakers.waitMs('GPT')).toBe(0);
    const probe = breakers.watch('GPT');
    expect(breakers.waitMs('GPT')).toBe(OPEN_MS);
    probe?.content();
    await vi.advanceTimersByTimeAsync(0);
    expect(breakers.waitMs('GPT')).toBe(0);
    expect(log.at(-1)).toBe('circuit breaker closed');
  });

  it('can be turned off', async () => {
    const { breakers } = start(0);
    await fail(breakers, 'GPT', 503, 100);
    expect(breakers.waitMs('GPT')).toBe(0);
    expect(breakers.watch('GPT')).toBeUndefined();
  });
});
