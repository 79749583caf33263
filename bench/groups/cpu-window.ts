import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../driver/protocol.ts';
import { cpuMicros, machineMicros } from '../process/resources.ts';
import type { Bench } from './group.ts';

const US_PER_MS = 1000;

/** What happened in a time in which nothing changed. */
export interface Window {
  readonly elapsedMs: number;
  readonly completed: number;
  readonly frames: number;
  /** CPU time of the contestant; undefined if its process is out of sight. */
  readonly cpuUs: number | undefined;
  /** Part of a core that the contestant used, 0 to 1 if it has one only. */
  readonly cores: number | undefined;
  /** The same of the clients, who must not be what limits it. */
  readonly driverCores: number;
  /** What everything else on the machine used meanwhile. */
  readonly foreignCores: number;
  readonly last: Snapshot;
}

/** Looks, waits and looks again, at counts and clocks alike. */
export async function watch(bench: Bench, ms: number): Promise<Window> {
  const before = await look(bench);
  await sleep(ms);
  const after = await look(bench);
  const elapsedMs = after.counts.atMs - before.counts.atMs;
  const used = (key: 'contestant' | 'driver' | 'own' | 'machine') => after[key] - before[key];
  const cores = (us: number) => us / US_PER_MS / elapsedMs;
  const isInSight = bench.contestant.pid !== undefined;
  return {
    elapsedMs,
    completed: after.counts.completed - before.counts.completed,
    frames: after.counts.frames - before.counts.frames,
    cpuUs: isInSight ? used('contestant') : undefined,
    cores: isInSight ? cores(used('contestant')) : undefined,
    driverCores: cores(used('driver')),
    foreignCores: isInSight ? cores(used('machine') - used('own')) : 0,
    last: after.counts,
  };
}

async function look({ driver, upstream, contestant }: Bench) {
  const counts = await driver.look();
  const measured = contestant.pid === undefined ? 0 : cpuMicros(contestant.pid);
  const driving = cpuMicros(driver.pid);
  const own = measured + driving + cpuMicros(upstream.pid) + cpuMicros(process.pid);
  return { counts, contestant: measured, driver: driving, own, machine: machineMicros() };
}
