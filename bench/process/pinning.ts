import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Words to put before a command so that it runs on these cores and no other. */
export interface Pinning {
  readonly contestant: readonly string[];
  readonly rest: readonly string[];
  /** For the record. */
  readonly description: string;
}

/** The contestant alone on core 0, clients and upstream on the others, where taskset can do it. */
export function findPinning(): Pinning {
  const cores = availableParallelism();
  if (cores < 2) return unpinned('no: there is one core only');
  if (spawnSync('taskset', ['-c', '0', 'true']).status !== 0) return unpinned('no: no taskset');
  const others = cores === 2 ? '1' : `1-${cores - 1}`;
  return {
    contestant: ['taskset', '-c', '0'],
    rest: ['taskset', '-c', others],
    description: `contestant on core 0, clients and upstream on ${others}`,
  };
}

function unpinned(description: string): Pinning {
  return { contestant: [], rest: [], description };
}
