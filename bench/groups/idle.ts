import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../process/resources.ts';
import type { Group } from './group.ts';

const BYTES_PER_MB = 1024 * 1024;
/** For what a start leaves to be done. */
const SETTLE_MS = 1000;

/** How long it takes until the first answer, and the memory of a process that has nothing to do. */
export const IDLE: Group = {
  name: 'idle',
  needsProcess: true,
  async measure({ contestant: { pid, readyMs } }) {
    if (pid === undefined) return {};
    await sleep(SETTLE_MS);
    return { 'ready-ms': readyMs, 'idle-mb': residentBytes(pid) / BYTES_PER_MB };
  },
};
