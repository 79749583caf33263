import { cpuMicros, machineMicros } from '../process/resources.ts';
import type { Bench } from './group.ts';

const US_PER_MS = 1000;
/** What the system itself takes is below it. */
const QUIET = 0.25;
const TRIES = 3;

/**
 * Measures again while something else uses the machine, which no contestant can help: a few times,
 * in short and scaled-down runs not at all. `foreignCores` says how much of a core that was; 0 where it cannot be told.
 * @returns what was measured with the least of it
 */
export async function inQuiet<T>(
  bench: Bench,
  measure: () => Promise<T>,
): Promise<T & { readonly foreignCores: number }> {
  let best: (T & { readonly foreignCores: number }) | undefined;
  for (let tries = bench.isShort || bench.scale < 1 ? 1 : TRIES; tries > 0; tries -= 1) {
    const before = look(bench);
    const measured = await measure();
    const after = look(bench);
    const foreignUs = after.machineUs - before.machineUs - (after.ownUs - before.ownUs);
    const elapsedUs = (after.atMs - before.atMs) * US_PER_MS;
    const foreignCores = bench.contestant.pid === undefined ? 0 : foreignUs / elapsedUs;
    if (!best || foreignCores < best.foreignCores) best = { ...measured, foreignCores };
    if (best.foreignCores < QUIET) break;
  }
  return best as T & { readonly foreignCores: number };
}

function look({ driver, upstream, contestant }: Bench) {
  const pids = [driver.pid, upstream.pid, process.pid, contestant.pid ?? process.pid];
  const ownUs = [...new Set(pids)].reduce((sum, pid) => sum + cpuMicros(pid), 0);
  return { atMs: performance.now(), machineUs: machineMicros(), ownUs };
}
