import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicros, residentBytes } from '../process/resources.ts';
import { requestBody } from '../request-body.ts';
import { Failing, type Bench, type Values } from './group.ts';

const US_PER_MS = 1000;

/** So many streams at so many frames a second each. */
export interface StreamLoad {
  readonly streams: number;
  readonly framesPerSecond: number;
}

/** CPU time per frame in steady state, and whether all streams arrive whole. */
export async function measureStreams(
  { driver, upstream, contestant, isShort }: Bench,
  { streams, framesPerSecond }: StreamLoad,
): Promise<Values> {
  await upstream.setPace(framesPerSecond);
  const target = contestant.target;
  const residentBefore = residentBytes(contestant.pid);
  await driver.tell({ do: 'grow-streams', target, body: requestBody(true), to: streams });
  await sleep(isShort ? 1500 : 3000);
  const [before, cpuBefore] = [await driver.tell({ do: 'look' }), cpuMicros(contestant.pid)];
  await sleep(isShort ? 2000 : 5000);
  const [after, cpuAfter] = [await driver.tell({ do: 'look' }), cpuMicros(contestant.pid)];
  const resident = residentBytes(contestant.pid);
  await upstream.endStreams();
  const atEnd = await untilEnded(driver);
  await driver.tell({ do: 'stop' });
  if (atEnd.failed > 0 || atEnd.open > 0) {
    throw new Failing(`of ${streams} streams ${atEnd.failed} failed and ${atEnd.open} did not end`);
  }
  const frames = after.frames - before.frames;
  const elapsedMs = after.atMs - before.atMs;
  return {
    [`frame-us-${streams}`]: (cpuAfter - cpuBefore) / frames,
    [`frame-cpu-${streams}`]: (cpuAfter - cpuBefore) / (elapsedMs * US_PER_MS),
    [`frame-arrived-${streams}`]: frames / ((elapsedMs / 1000) * streams * framesPerSecond),
    [`stream-kb-${streams}`]: (resident - residentBefore) / streams / 1024,
  };
}

async function untilEnded(driver: Bench['driver']) {
  for (let tries = 0; ; tries += 1) {
    const seen = await driver.tell({ do: 'look' });
    if (seen.open === 0 || tries > 50) return seen;
    await sleep(100);
  }
}
