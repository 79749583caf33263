import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

export interface SpawnOptions {
  /** Words before the command: see Pinning. */
  readonly prefix: readonly string[];
  readonly nodeOptions?: readonly string[];
  /** Arguments of the file. */
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdio: StdioOptions;
}

/**
 * Starts the Node that runs this, with an environment that holds nothing by accident. It does not
 * outlive this process.
 */
export function spawnNode(
  file: string,
  { prefix, nodeOptions = [], words = [], env = {}, cwd, stdio }: SpawnOptions,
): ChildProcess {
  const [command = '', ...rest] = [...prefix, process.execPath, ...nodeOptions, file, ...words];
  const child = spawn(command, rest, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio,
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}
