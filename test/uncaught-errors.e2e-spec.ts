import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { environmentFor, run, urlsOf, type Process } from './support/run-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

const FIXTURE = new URL('fixtures/throw-on-signal.ts', import.meta.url).href;

interface FatalLine {
  event: string;
  err: { message: string; stack: string };
}

describe('an error that nobody catches', () => {
  let sandbox: Sandbox;
  let gateway: Process;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(() => {
    gateway.child.kill('SIGKILL');
  });

  const start = () => {
    gateway = run('main.js', {
      ...environmentFor(sandbox.url),
      NODE_OPTIONS: `--import=${FIXTURE}`,
      FOOTER: 'never',
      SHUTDOWN_DELAY_SECONDS: '1',
    });
    return urlsOf(gateway);
  };
  const fatal = () =>
    gateway
      .output()
      .stdout.split('\n')
      .filter((line) => line.includes('"level":"fatal"'))
      .map((line) => JSON.parse(line) as FatalLine);

  it.each([
    ['SIGUSR2', 'uncaughtException', 'thrown'],
    ['SIGWINCH', 'unhandledRejection', 'rejected'],
  ] as const)('is logged once, by %s, and lets what runs finish', async (signal, event, word) => {
    const { url } = await start();
    const running = chat(url, ask('ok tokens=60 delay=50'));
    await until('the answer runs', () => sandbox.openCalls() === 1);
    gateway.child.kill(signal);
    await until('it is unready', async () => (await fetch(`${url}/health/ready`)).status === 503);
    // Without it the close would be the client's own wish.
    const keepAlive = { connection: 'keep-alive' };
    const served = await chat(url, ask('ok', { stream: false }), keepAlive);
    expect(served.status).toBe(200);
    expect(served.headers.connection).toBe('close');
    const { text, isComplete } = await running;
    expect(isComplete && readStream(text).isDone).toBe(true);
    expect(await gateway.exit).toBe(1);
    expect(fatal()).toMatchObject([{ event, err: { message: `${word}, with [redacted] in it` } }]);
    expect(fatal()[0]?.err.stack).toContain('throw-on-signal');
    const { stdout, stderr } = gateway.output();
    expect(stdout + stderr).not.toContain('sandbox-key');
    expect(stderr).toBe('');
  });

  it('does not end a drain that has begun, but makes the exit code 1', async () => {
    const { url } = await start();
    const running = chat(url, ask('ok tokens=60 delay=50'));
    await until('the answer runs', () => sandbox.openCalls() === 1);
    gateway.child.kill('SIGTERM');
    await until('it is unready', async () => (await fetch(`${url}/health/ready`)).status === 503);
    gateway.child.kill('SIGUSR2');
    await until('it is logged', () => fatal().length === 1);
    gateway.child.kill('SIGWINCH');
    await until('it is logged, too', () => fatal().length === 2);
    expect(readStream((await running).text).isDone).toBe(true);
    expect(await gateway.exit).toBe(1);
  });
});
