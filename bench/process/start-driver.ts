import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Command, Job, Snapshot, TaskName, Tasks } from '../driver/protocol.ts';
import type { Pinning } from './pinning.ts';
import { spawnNode } from './spawn-node.ts';

/** Clients in a process of their own. */
export interface Driver {
  readonly pid: number;
  run<Name extends TaskName>(task: Name, job: Job<Name>): Promise<Tasks[Name]['result']>;
  look(): Promise<Snapshot>;
  /** Closes what is open and says what it came to. */
  stop(): Promise<Snapshot>;
  end(): void;
}

export function startDriver({ rest }: Pinning): Driver {
  const child = spawnNode(fileURLToPath(new URL('../driver/main.ts', import.meta.url)), {
    prefix: rest,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = new AbortController();
  child.once('exit', (code, signal) => {
    gone.abort(new Error(`the driver has ended: ${code ?? signal ?? ''}`));
  });
  const ask = async (command: Command) => {
    child.send(command);
    const [answer] = (await once(child, 'message', { signal: gone.signal })) as [Answer];
    if ('error' in answer) throw new Error(answer.error);
    return answer.result;
  };
  return {
    pid: child.pid ?? 0,
    run: async (task, job) => await ask({ task, job } as Command),
    look: async () => (await ask({ task: 'look' })) as Snapshot,
    stop: async () => (await ask({ task: 'stop' })) as Snapshot,
    end: () => {
      child.kill('SIGKILL');
    },
  };
}
