import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicros } from '../process/resources.ts';
import { requestBody } from '../request-body.ts';
import { Failing, type Bench, type Values } from './group.ts';

const US_PER_MS = 1000;

/** As many JSON requests as it can answer, with so many connections. */
export async function measureRequests(bench: Bench, connections: number): Promise<Values> {
  const { driver, contestant, isShort } = bench;
  const body = requestBody(false);
  await driver.tell({ do: 'load', target: contestant.target, body, connections });
  await sleep(isShort ? 1500 : 3000);
  const [before, cpuBefore] = [await driver.tell({ do: 'look' }), cpuMicros(contestant.pid)];
  const driverBefore = cpuMicros(driver.pid);
  await sleep(isShort ? 1500 : 4000);
  const [after, cpuAfter] = [await driver.tell({ do: 'look' }), cpuMicros(contestant.pid)];
  const driverAfter = cpuMicros(driver.pid);
  await driver.tell({ do: 'stop' });
  if (after.failed > 0) throw new Failing(`${after.failed} requests failed`);
  const elapsedMs = after.atMs - before.atMs;
  return {
    [`json-rps-${connections}`]: ((after.completed - before.completed) / elapsedMs) * 1000,
    [`json-cpu-${connections}`]: (cpuAfter - cpuBefore) / (elapsedMs * US_PER_MS),
    [`json-driver-cpu-${connections}`]: (driverAfter - driverBefore) / (elapsedMs * US_PER_MS),
  };
}
