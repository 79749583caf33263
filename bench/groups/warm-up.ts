import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './group.ts';

/** Until the code is compiled: the slower the contestant the longer that takes. */
const REQUESTS = 30_000;
const MOST_MS = 15_000;
const SHORT_MOST_MS = 2000;
const LOOK_MS = 250;

/** Begins a closed loop, and comes back when the contestant has found its stride. The loop goes on. */
export async function warmUp(bench: Bench, body: string, connections: number): Promise<void> {
  const { driver, contestant, isShort } = bench;
  await driver.run('load', { target: contestant.target, body, options: { connections } });
  const mostMs = isShort ? SHORT_MOST_MS : MOST_MS;
  for (let waited = 0; waited < mostMs; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    if ((await driver.look()).completed > REQUESTS) return;
  }
}
