import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const root = new URL('../..', import.meta.url);

export interface Process {
  readonly child: ChildProcess;
  output(): { stdout: string; stderr: string };
  /** Exit code, once it has exited. */
  readonly exit: Promise<number | null>;
}

/** Runs a built entry file (`npm run build` comes first) in a directory without a `.env`. */
export function run(
  entry: string,
  environment: Record<string, string>,
  options: string[] = [],
  cwd = fileURLToPath(new URL('dist', root)),
  nodeOptions: string[] = [],
): Process {
  const file = fileURLToPath(new URL(`dist/${entry}`, root));
  const child = spawn(process.execPath, [...nodeOptions, file, ...options], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exit, output: () => ({ stdout, stderr }) };
}

/** The environment that a gateway in front of `poeUrl` needs, on ports chosen by the system. */
export function environmentFor(poeUrl: string): Record<string, string> {
  return {
    POE_API_KEY: 'sandbox-key',
    POE_BASE_URL: poeUrl,
    MODELS_FILE: fileURLToPath(new URL('models.yaml', root)),
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
  };
}

/** Where several start at the same time, on a machine that is busy. */
const STARTS_WITHIN_MS = 30_000;

/** URLs of a gateway that says that it is ready. */
export async function urlsOf(gateway: Process): Promise<{ url: string; management_url: string }> {
  let ready: string | undefined;
  const isReady = () => {
    ready = gateway
      .output()
      .stdout.split('\n')
      .find((line) => line.includes('"msg":"ready"'));
    return ready !== undefined || gateway.child.exitCode !== null;
  };
  await until('the gateway is ready', isReady, STARTS_WITHIN_MS);
  if (!ready) throw new Error(`it did not start: ${gateway.output().stderr}`);
  return JSON.parse(ready) as { url: string; management_url: string };
}
