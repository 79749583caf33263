import { requestBody } from '../request-body.ts';
import { addedLatency } from './added-latency.ts';
import { watch, type Window } from './cpu-window.ts';
import { Failing, type Bench, type Group } from './group.ts';
import { warmUp } from './warm-up.ts';

/** As many JSON requests as it can answer; then what half as many have to wait. */
export const JSON_REQUESTS: Group = {
  name: 'json',
  needsProcess: false,
  async measure(bench) {
    const { isShort, scale } = bench;
    const at32 = await saturate(bench, 32);
    const perSecond = (at32.completed / at32.elapsedMs) * 1000;
    const values = {
      'json-rps-32': perSecond,
      'driver-cores-32': at32.driverCores,
      'foreign-cores-json': at32.foreignCores,
      ...(at32.cpuUs !== undefined && {
        'json-us-32': at32.cpuUs / at32.completed,
        'json-cores-32': at32.cores ?? 0,
      }),
    };
    if (isShort) return values;
    const at256 = await saturate(bench, 256);
    const added = await addedLatency(bench, requestBody(false), {
      perSecond: perSecond / 2,
      warmUpMs: 1000 * scale,
      durationMs: 5000 * scale,
    });
    return {
      ...values,
      'json-rps-256': (at256.completed / at256.elapsedMs) * 1000,
      'json-added-p50-ms': added.p50,
      'json-added-p99-ms': added.p99,
      'foreign-cores-latency': added.foreignCores,
    };
  },
};

async function saturate(bench: Bench, connections: number): Promise<Window> {
  await warmUp(bench, requestBody(false), connections);
  const window = await watch(bench, bench.isShort ? 1500 : 4000 * bench.scale);
  const { failed } = await bench.driver.stop();
  if (failed > 0) throw new Failing(`${failed} JSON requests failed`);
  return window;
}
