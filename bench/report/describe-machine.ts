import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Pinning } from '../process/pinning.ts';
import type { Machine } from './results.ts';

const BYTES_PER_GB = 1024 ** 3;

export function describeMachine({ contestant, description }: Pinning): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / BYTES_PER_GB),
    system: `${type()} ${release()}`,
    node: process.version,
    isPinned: contestant.length > 0,
    pinning: description,
  };
}
