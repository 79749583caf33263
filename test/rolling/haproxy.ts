import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { until } from '../support/until.ts';

/** More than there ever are at one time. */
const SLOTS = 16;

/**
 * A real HAProxy that spreads requests over the servers that say they are ready, as a Service does
 * over pods. Servers come by their address, and go when they are not ready any more.
 */
export class Haproxy {
  #used = 0;
  readonly #process: ChildProcess;
  readonly #socket: string;

  private constructor(
    process: ChildProcess,
    socket: string,
    readonly url: string,
  ) {
    this.#process = process;
    this.#socket = socket;
  }

  /** @throws when tests may not be skipped for want of it */
  static isInstalled(): boolean {
    return spawnSync('haproxy', ['-v']).status === 0 || isMissing('haproxy');
  }

  static async start(): Promise<Haproxy> {
    const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-haproxy-'));
    const socket = join(folder, 'socket');
    const port = await freePort();
    writeFileSync(join(folder, 'haproxy.cfg'), configuration(port, socket));
    const child = spawn('haproxy', ['-db', '-q', '-f', join(folder, 'haproxy.cfg')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const haproxy = new Haproxy(child, socket, `http://127.0.0.1:${port}`);
    await until('HAProxy runs', () => haproxy.#ask('show info').then(Boolean, () => false));
    return haproxy;
  }

  /** Resolves when requests go to it. */
  async add(serverUrl: string): Promise<void> {
    const name = `pods/pod${++this.#used}`;
    const { hostname, port } = new URL(serverUrl);
    await this.#ask(`set server ${name} addr ${hostname} port ${port}`);
    await this.#ask(`set server ${name} state ready`);
    await until(
      `${serverUrl} is used`,
      async () => (await this.#states()).get(name) === 'UP',
      30_000,
    );
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** The first word of each server's status: UP, DOWN, MAINT … */
  async #states(): Promise<Map<string, string>> {
    const lines = (await this.#ask('show stat')).split('\n').map((line) => line.split(','));
    const status = lines[0]?.indexOf('status') ?? -1;
    return new Map(
      lines
        .slice(1)
        .map((cells) => [`${cells[0]}/${cells[1]}`, cells[status]?.split(' ')[0] ?? '']),
    );
  }

  #ask(command: string): Promise<string> {
    const socket = connect(this.#socket);
    socket.end(`${command}\n`);
    return text(socket);
  }
}

function configuration(port: number, socket: string): string {
  return `
global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout check 5s
  timeout client 630s
  timeout server 630s
frontend users
  bind 127.0.0.1:${port}
  default_backend pods
backend pods
  balance leastconn
  option httpchk GET /health/ready
  default-server check inter 200ms fall 2 rise 1 disabled
  server-template pod 1-${SLOTS} 127.0.0.1:1
`;
}
