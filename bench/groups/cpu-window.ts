import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../driver/protocol.ts';
import { cpuMicros } from '../process/resources.ts';
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
  readonly last: Snapshot;
}

/** Looks, waits and looks again, at counts and clocks alike. */
export async function watch({ driver, contestant }: Bench, ms: number): Promise<Window> {
  const { pid } = contestant;
  const cpu = () => (pid === undefined ? undefined : cpuMicros(pid));
  const [before, cpuBefore, driverBefore] = [await driver.look(), cpu(), cpuMicros(driver.pid)];
  await sleep(ms);
  const [last, cpuAfter, driverAfter] = [await driver.look(), cpu(), cpuMicros(driver.pid)];
  const elapsedMs = last.atMs - before.atMs;
  const cpuUs =
    cpuAfter === undefined || cpuBefore === undefined ? undefined : cpuAfter - cpuBefore;
  return {
    elapsedMs,
    completed: last.completed - before.completed,
    frames: last.frames - before.frames,
    cpuUs,
    cores: cpuUs === undefined ? undefined : cpuUs / US_PER_MS / elapsedMs,
    driverCores: (driverAfter - driverBefore) / US_PER_MS / elapsedMs,
    last,
  };
}
