import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { isMissing } from './is-missing.ts';

/** Where distributions put what only servers need. */
const INSTALLED = [
  '/usr/lib/postgresql/*/bin/postgres',
  '/usr/bin/postgres',
  '/usr/local/bin/postgres',
];

/**
 * A real PostgreSQL on a free port of the loopback, in a directory of its own that goes with it. It
 * can be killed and started anew with what it had, and frozen, so that it takes connections and
 * answers nothing.
 */
export class PostgresServer {
  readonly #bin: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'poe-proxy-postgres-'));
  readonly #port: number;
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(bin: string, port: number) {
    this.#bin = bin;
    this.#port = port;
  }

  /** @throws when tests may not be skipped for want of it */
  static isInstalled(): boolean {
    return findBin() !== undefined || isMissing('postgresql');
  }

  static async start(): Promise<PostgresServer> {
    const bin = findBin();
    if (bin === undefined) throw new Error('postgresql is not installed');
    const server = new PostgresServer(bin, await freePort());
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(server.#directory, uid, gid);
    const options = ['--auth=trust', '--username=poe', '--no-sync', '--encoding=UTF8'];
    execFileSync(join(bin, 'initdb'), ['--pgdata', server.#directory, ...options], {
      ...owner(),
      cwd: server.#directory,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await server.start();
    return server;
  }

  /** A new, empty one. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    const client = new Client({ connectionString: this.#urlOf('postgres') });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return this.#urlOf(name);
  }

  async start(): Promise<void> {
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const child = spawn(
      join(this.#bin, 'postgres'),
      ['-D', this.#directory, '-p', `${this.#port}`, ...settings.flatMap((text) => ['-c', text])],
      { ...owner(), cwd: this.#directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = child;
    let output = '';
    for await (const chunk of child.stderr) {
      output += String(chunk);
      if (output.includes('ready to accept connections')) break;
    }
    if (!output.includes('ready to accept')) throw new Error(`postgres does not start: ${output}`);
    child.stderr.resume();
  }

  /** As by a machine that fails: nobody is told. */
  async kill(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** All of it: each connection has a process of its own. */
  freeze(): void {
    this.#signalAll('SIGSTOP');
  }

  thaw(): void {
    this.#signalAll('SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #urlOf(database: string): string {
    return `postgresql://poe@127.0.0.1:${this.#port}/${database}`;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  #signalAll(signal: NodeJS.Signals): void {
    const parent = this.#process?.pid;
    if (parent === undefined) return;
    process.kill(parent, signal);
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    for (const pid of children.match(/\d+/g) ?? []) {
      try {
        process.kill(Number(pid), signal);
      } catch (error) {
        // Its connection was closed just now.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

function findBin(): string | undefined {
  const [found] = globSync(INSTALLED);
  return found === undefined ? undefined : dirname(found);
}

/** PostgreSQL refuses to run as root; its package brings a user. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
