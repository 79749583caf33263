import { once } from 'node:events';
import type { Pinning } from './pinning.ts';
import { spawnNode } from './spawn-node.ts';

export interface Upstream {
  readonly url: string;
  readonly port: number;
  /** Frames a second of streams to come; 0: each whole stream at once. Ends those that run. */
  setPace(framesPerSecond: number): Promise<void>;
  /** Lets all paced streams come to their proper end. */
  endStreams(): Promise<void>;
  stop(): void;
}

export async function startUpstream({ rest }: Pinning): Promise<Upstream> {
  const child = spawnNode(new URL('../upstream/main.ts', import.meta.url).pathname, {
    prefix: rest,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('no output');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const tell = async (what: string) => {
    await (await fetch(`${url}/bench/${what}`, { method: 'PUT' })).arrayBuffer();
  };
  return {
    url,
    port: Number(new URL(url).port),
    setPace: (framesPerSecond) => tell(`pace/${framesPerSecond}`),
    endStreams: () => tell('end'),
    stop: () => child.kill('SIGKILL'),
  };
}
