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

/** A contestant that answers. */
export interface Running {
  readonly name: string;
  readonly target: Target;
  readonly pid: number;
  /** From the start of its process to its first answer. */
  readonly readyMs: number;
  /** What it wrote, stdout and stderr alike. */
  output(): string;
  stop(): Promise<void>;
}

/** Its log goes to a file, as cheap for all as what a container runtime does with it. */
export async function startContestant(
  contestant: Contestant & { readonly launch: Launch },
  upstream: Upstream,
  pinning: Pinning,
): Promise<Running> {
  const { name, launch, readyPath } = contestant;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const log = join(folder, 'output.log');
  const descriptor = openSync(log, 'a');
  const startedAt = performance.now();
  const child = spawnNode(launch.file, {
    prefix: pinning.contestant,
    nodeOptions: launch.nodeOptions ?? [],
    env: launch.environment(port, upstream.url),
    cwd: folder,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const output = () => readFileSync(log, 'utf8');
  while (!(await answers(port, readyPath))) {
    if (child.exitCode !== null || performance.now() - startedAt > MOST_START_MS) {
      child.kill('SIGKILL');
      throw new Error(`${name} did not start: ${output().slice(-2000)}`);
    }
    await sleep(POLL_MS);
  }
  return {
    name,
    target: contestant.target(port, upstream.port),
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    output,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      rmSync(folder, { recursive: true });
    },
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
  return promise;
}
