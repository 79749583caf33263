import { run, urlsOf, type Process } from '../support/run-gateway.ts';

/** One of several gateway processes, as built; it can be killed and started anew. */
export class Replica {
  readonly #environment: Record<string, string>;
  readonly #nodeOptions: string[];
  #process: Process | undefined;
  #url: string | undefined;
  #managementUrl: string | undefined;
  readonly #past: Process[] = [];

  constructor(environment: Record<string, string>, nodeOptions: string[]) {
    this.#environment = environment;
    this.#nodeOptions = nodeOptions;
  }

  /** Undefined while it does not serve. */
  get url(): string | undefined {
    return this.#url;
  }

  /** What its processes have complained about. */
  get complaints(): string[] {
    return this.#past.flatMap((process) => {
      const { stdout, stderr } = process.output();
      const lines = stdout.split('\n').filter((line) => /"level":"(?:error|fatal)"/.test(line));
      return stderr === '' ? lines : [stderr, ...lines];
    });
  }

  async start(): Promise<void> {
    const process = run('main.js', this.#environment, [], undefined, this.#nodeOptions);
    this.#process = process;
    this.#past.push(process);
    const { url, management_url } = await urlsOf(process);
    this.#managementUrl = management_url;
    this.#url = url;
  }

  /** Without a word to anybody. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#process?.exit;
  }

  /** Its exit code. */
  async stop(): Promise<number | null> {
    this.#signal('SIGTERM');
    return (await this.#process?.exit) ?? null;
  }

  /** Of a process whose clocks can be moved, see `fixtures/move-clock.ts`. */
  moveClock(): void {
    this.#process?.child.kill('SIGUSR2');
  }

  /** Sum over all series of `name`. */
  async metric(name: string): Promise<number> {
    const lines = (await (await fetch(`${this.#managementUrl}/metrics`)).text()).split('\n');
    return lines
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  #signal(signal: NodeJS.Signals): void {
    this.#url = undefined;
    this.#process?.child.kill(signal);
  }
}
