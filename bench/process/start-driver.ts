import { once } from 'node:events';
import type { Command, Snapshot } from '../driver/protocol.ts';
import type { Pinning } from './pinning.ts';
import { spawnNode } from './spawn-node.ts';

export interface Driver {
  readonly pid: number;
  /** Carries out one command after another. */
  tell(command: Command): Promise<Snapshot>;
  stop(): void;
}

export function startDriver({ rest }: Pinning): Driver {
  const child = spawnNode(new URL('../driver/main.ts', import.meta.url).pathname, {
    prefix: rest,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    pid: child.pid ?? 0,
    tell: async (command) => {
      child.send(command);
      const [answer] = (await once(child, 'message')) as [{ result?: Snapshot; error?: string }];
      if (!answer.result) throw new Error(answer.error);
      return answer.result;
    },
    stop: () => child.kill('SIGKILL'),
  };
}
