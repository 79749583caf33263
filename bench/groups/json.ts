import { setTimeout as sleep } from 'node:timers/promises';
import { requestBody } from '../request-body.ts';
import { watch, type Window } from './cpu-window.ts';
import { Failing, type Bench, type Group } from './group.ts';

/** Until the code is compiled: the slower the contestant the longer that takes. */
const WARM_REQUESTS = 30_000;
const MOST_WARM_MS = 15_000;
const SHORT_WARM_MS = 2000;
const LOOK_MS = 250;

/** As many JSON requests as it can answer; then what half as many have to wait. */
export const JSON_REQUESTS: Group = {
  name: 'json',
  needsProcess: false,
  async measure(bench) {
    const { isShort } = bench;
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
    return {
      ...values,
      'json-rps-256': (at256.completed / at256.elapsedMs) * 1000,
      ...(await addedLatency(bench, perSecond / 2)),
    };
  },
};

async function saturate(bench: Bench, connections: number): Promise<Window> {
  const { driver, contestant, isShort } = bench;
  const body = requestBody(false);
  await driver.run('load', { target: contestant.target, body, options: { connections } });
  const mostMs = isShort ? SHORT_WARM_MS : MOST_WARM_MS;
  for (let waited = 0; waited < mostMs; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    if ((await driver.look()).completed > WARM_REQUESTS) break;
  }
  const window = await watch(bench, isShort ? 1500 : 4000);
  const { failed } = await driver.stop();
  if (failed > 0) throw new Failing(`${failed} JSON requests failed`);
  return window;
}

/** Through the contestant, less past it, at the same pace. */
async function addedLatency({ driver, upstream, contestant }: Bench, perSecond: number) {
  const body = requestBody(false);
  const options = { perSecond, warmUpMs: 1000, durationMs: 5000 };
  const past = await driver.run('pace', { target: upstream.target, body, options });
  const through = await driver.run('pace', { target: contestant.target, body, options });
  if (through.failed > 0) throw new Failing(`${through.failed} paced requests failed`);
  return {
    'json-added-p50-ms': through.p50 - past.p50,
    'json-added-p99-ms': through.p99 - past.p99,
  };
}
