import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Launch } from '../contestants/contestant.ts';
import type { Target } from '../driver/to-request.ts';
import { freePort } from './free-port.ts';
import type { Pinning } from './pinning.ts';
import { spawnNode } from './spawn-node.ts';
import type { Upstream } from './start-upstream.ts';

const POLL_MS = 3;
const MOST_START_MS = 30_000;
const MOST_STOP_MS = 5000;

/** A contestant that answers. */
export interface Running {
  readonly target: Target;
  /** Undefined where it is somebody else's process. */
  readonly pid: number | undefined;
  /** From the start of its process to its first answer. */
  readonly readyMs: number;
  /** What it wrote, stdout and stderr alike. */
  output(): string;
  /** Asks it to do something. */
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly upstream: Upstream;
  readonly pinning: Pinning;
  readonly nodeOptions: readonly string[];
}

/** Starts it, unless somebody else has. */
export async function startContestant(
  contestant: Contestant,
  upstream: Upstream,
  pinning: Pinning,
  nodeOptions: readonly string[] = [],
): Promise<Running> {
  const { launch } = contestant;
  if (launch) {
    return await spawnContestant(contestant, launch, { upstream, pinning, nodeOptions });
  }
  return {
    target: contestant.target(0, upstream.url),
    pid: undefined,
    readyMs: 0,
    output: () => '',
    signal: () => undefined,
    stop: () => Promise.resolve(),
  };
}

/** Its log goes to a file, which costs it what a container runtime's pipe does. */
async function spawnContestant(
  contestant: Contestant,
  launch: Launch,
  { upstream, pinning, nodeOptions }: Surroundings,
): Promise<Running> {
  const { name } = contestant;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const log = join(folder, 'output.log');
  const descriptor = openSync(log, 'a');
  const startedAt = performance.now();
  const child = spawnNode(launch.file, {
    prefix: pinning.contestant,
    nodeOptions,
    words: launch.words?.(port) ?? [],
    env: launch.environment(port, upstream.url),
    cwd: folder,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const exit = once(child, 'exit');
  const output = () => readFileSync(log, 'utf8');
  const stop = async () => {
    // A profile is written by who ends properly.
    child.kill(nodeOptions.includes('--cpu-prof') ? 'SIGTERM' : 'SIGKILL');
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_STOP_MS);
    await exit;
    clearTimeout(timer);
    rmSync(folder, { recursive: true });
  };
  while (!(await answers(port, launch.readyPath))) {
    if (child.exitCode !== null || performance.now() - startedAt > MOST_START_MS) {
      const said = output().slice(-2000);
      await stop();
      throw new Error(`${name} did not start: ${said}`);
    }
    await sleep(POLL_MS);
  }
  return {
    target: contestant.target(port, upstream.url),
    pid: child.pid,
    readyMs: performance.now() - startedAt,
    output,
    signal: (signal) => {
      child.kill(signal);
    },
    stop,
  };
}

async function answers(port: number, path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  request({ port, host: '127.0.0.1', path, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  })
    .on('error', () => {
      resolve(false);
    })
    .end();
  return await promise;
}
