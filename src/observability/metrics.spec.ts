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

  it('say by their names that they are ours, and what they are by their help', async () => {
    const all = await new Metrics().registry.getMetricsAsJSON();
    const own = all.filter(({ name }) => !/^(?:process|nodejs)_/.test(name));
    expect(own.length).toBeGreaterThan(5);
    for (const { name, help } of own) {
      expect(name).toMatch(/^poe_proxy_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z].{10}/);
    }
  });
});
