import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../driver/protocol.ts';
import { cpuMicros } from '../process/resources.ts';
import { inQuiet } from './in-quiet.ts';
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
  /** And of everything else on the machine. */
  readonly foreignCores: number;
}

/** Looks, waits and looks again, at counts and clocks alike. */
export async function watch(bench: Bench, ms: number): Promise<Window> {
  return await inQuiet(bench, async () => {
    const before = await look(bench);
    await sleep(ms);
    const after = await look(bench);
    const elapsedMs = after.counts.atMs - before.counts.atMs;
    const cores = (us: number) => us / US_PER_MS / elapsedMs;
    const cpuUs = bench.contestant.pid === undefined ? undefined : after.cpuUs - before.cpuUs;
    return {
      elapsedMs,
      completed: after.counts.completed - before.counts.completed,
      frames: after.counts.frames - before.counts.frames,
      cpuUs,
      cores: cpuUs === undefined ? undefined : cores(cpuUs),
      driverCores: cores(after.driverUs - before.driverUs),
    };
  });
}

async function look({
  driver,
  contestant: { pid },
}: Bench): Promise<{ counts: Snapshot; cpuUs: number; driverUs: number }> {
  const counts = await driver.look();
  return { counts, cpuUs: pid === undefined ? 0 : cpuMicros(pid), driverUs: cpuMicros(driver.pid) };
}
