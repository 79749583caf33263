import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

describe('Metrics', () => {
  it('are read with those of the process and of the event loop', async () => {
    const metrics = new Metrics();
    metrics.requests.inc({ route: '/v1/models', model: 'other', team: 'data', status: 200 });
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      'poe_proxy_requests_total{route="/v1/models",model="other",team="data",status="200"} 1',
    );
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('are counted for each application alone', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.inFlight.inc();
    expect((await one.inFlight.get()).values[0]?.value).toBe(1);
    expect((await other.inFlight.get()).values[0]?.value).toBe(0);
  });

  it('say by their names whose they are, and what they are by their help', async () => {
    const all = await new Metrics().registry.getMetricsAsJSON();
    const own = all.filter(({ name }) => !/^(?:process|nodejs)_/.test(name));
    expect(own.length).toBeGreaterThan(5);
    for (const { name, help } of own) {
      expect(name).toMatch(/^(?:poe_proxy|gen_ai)_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z].{10}/);
    }
  });

  it('show how things stand when they are read, and nothing that is not there any more', async () => {
    const metrics = new Metrics();
    metrics.balances = () => [['default', 1234]];
    metrics.redis = () => ({ isUp: false });
    expect(await metrics.registry.metrics()).toContain(
      'poe_proxy_balance_points{account="default"} 1234',
    );
    expect(await metrics.registry.metrics()).toContain('poe_proxy_redis_up 0');
    metrics.balances = () => [];
    metrics.redis = () => undefined;
    const text = await metrics.registry.metrics();
    expect(text).not.toContain('poe_proxy_balance_points{');
    expect(text).not.toMatch(/^poe_proxy_redis_up /m);
  });

  it('say of a file of settings whether its last version was taken, and when one was', async () => {
    const metrics = new Metrics();
    const states = async () => {
      const [ok] = (await metrics.reloadSuccessful.get()).values;
      const [at] = (await metrics.reloadedAt.get()).values;
      return [ok?.value, at?.value];
    };
    metrics.loaded('models');
    const [ok, at = 0] = await states();
    expect(ok).toBe(1);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
    metrics.reloaded('models', false);
    expect(await states()).toEqual([0, at]);
    metrics.reloaded('models', true);
    expect((await states())[0]).toBe(1);
    expect((await metrics.modelsReloads.get()).values.map(({ value }) => value)).toEqual([1, 1]);
    expect((await metrics.keysReloads.get()).values).toEqual([]);
  });
});
