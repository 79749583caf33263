import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Target } from '../driver/to-request.ts';
import type { Pinning } from './pinning.ts';
import { spawnNode } from './spawn-node.ts';

export interface Upstream {
  readonly pid: number;
  readonly url: string;
  /** For clients that go past all contestants. */
  readonly target: Target;
  /** Frames a second of streams to come; 0: each whole stream at once. Ends those that run. */
  setPace(framesPerSecond: number): Promise<void>;
  /** Lets all paced streams come to their proper end. */
  endStreams(): Promise<void>;
  end(): void;
}

export async function startUpstream({ rest }: Pinning, port: number): Promise<Upstream> {
  const child = spawnNode(fileURLToPath(new URL('../upstream/main.ts', import.meta.url)), {
    prefix: rest,
    env: { PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('no output');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const tell = async (what: string) => {
    await (await fetch(`${url}/bench/${what}`, { method: 'PUT' })).arrayBuffer();
  };
  return {
    pid: child.pid ?? 0,
    url,
    target: { port: Number(new URL(url).port), path: '/v1/chat/completions', headers: {} },
    setPace: (framesPerSecond) => tell(`pace/${framesPerSecond}`),
    endStreams: () => tell('end'),
    end: () => {
      child.kill('SIGKILL');
    },
  };
}
