import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** On a machine that is busy with other tests. */
const PATIENCE_MS = 25_000;

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds, and the value as text. */
  readonly value: readonly [number, string];
}

/** A real Prometheus that reads one target each second. */
export class Prometheus {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** @param labels what the operator for Prometheus puts on the series of a pod */
  static async start(target: string, labels: Record<string, string>): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-prometheus-'));
    const { job, ...others } = labels;
    const settings = {
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: job, static_configs: [{ targets: [target], labels: others }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), stringify(settings));
    const address = `127.0.0.1:${await freePort()}`;
    const options = [
      'config.file=prometheus.yml',
      `web.listen-address=${address}`,
      'log.level=error',
    ];
    const child = spawn(
      'prometheus',
      options.map((option) => `--${option}`),
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
    const prometheus = new Prometheus(child, `http://${address}`);
    await until('Prometheus is ready', () => prometheus.#isReady(), PATIENCE_MS);
    return prometheus;
  }

  /** @throws with Prometheus' own words where the expression is wrong */
  async query(expression: string): Promise<readonly Sample[]> {
    const url = `${this.#url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`;
    const reply = (await (await fetch(url)).json()) as {
      status: string;
      error?: string;
      data: { result: Sample[] };
    };
    if (reply.status !== 'success') throw new Error(`${expression}: ${reply.error ?? ''}`);
    return reply.data.result;
  }

  /** Until there is a result. */
  async wait(expression: string): Promise<void> {
    const found = async () => (await this.query(expression)).length > 0;
    await until(`Prometheus has ${expression}`, found, PATIENCE_MS);
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/-/ready`)).ok;
    } catch {
      return false;
    }
  }
}
