import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, type ChatReply } from './support/chat.ts';
import { head, RawSocket } from './support/raw-socket.ts';
import { environmentFor, run, urlsOf, type Process } from './support/run-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

/** A client that means to come back, or it would be its own wish that the socket is closed. */
const KEEP_ALIVE = { connection: 'keep-alive' };
const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
const codeOf = ({ text }: ChatReply) =>
  (JSON.parse(text) as { error: { code: string } }).error.code;

/** What a client makes of a stream: `torn` is the one thing that must never be. */
function endOf({ text, isComplete }: ChatReply): string {
  const { isDone, error } = readStream(text);
  if (isDone && isComplete && !error) return 'done';
  return error && !isDone && !isComplete ? error.code : 'torn';
}

describe('SIGTERM under load', () => {
  let sandbox: Sandbox;
  let gateway: Process;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());
  afterEach(() => {
    gateway.child.kill('SIGKILL');
  });

  it('finishes what it can, says so where it cannot, refuses the rest, and exits with 0', async () => {
    gateway = run('main.js', {
      ...environmentFor(sandbox.url),
      RATE_LIMIT_REQUESTS: '0',
      FOOTER: 'never',
      SHUTDOWN_DELAY_SECONDS: '2',
      SHUTDOWN_GRACE_SECONDS: '5',
    });
    const { url, management_url: management } = await urlsOf(gateway);
    const statusOf = async (path: string) => (await fetch(path)).status;
    const short = 'ok tokens=60 delay=50';
    const streams = times(40, () => chat(url, ask(short)));
    const answers = times(10, () => chat(url, ask('ok first=3000', { stream: false })));
    const endless = times(15, () => chat(url, ask('stall')));
    // Not a word of these has come when the grace is over: there is time for a proper status.
    const mute = times(5, () => chat(url, ask('stall-before-first-token')));
    const stuck = times(5, () => chat(url, ask('stall-before-headers', { stream: false })));
    await until('all of them run', () => sandbox.openCalls() === 75);

    gateway.child.kill('SIGTERM');
    await until('it is unready', async () => (await statusOf(`${url}/health/ready`)) === 503);
    expect(await statusOf(`${url}/health/live`)).toBe(200);
    const late = await Promise.all([
      chat(url, ask('ok', { stream: false }), KEEP_ALIVE),
      chat(url, ask('ok tokens=3'), KEEP_ALIVE),
    ]);
    expect(late.map(({ status }) => status)).toEqual([200, 200]);
    expect(late.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
    gateway.child.kill('SIGTERM');
    gateway.child.kill('SIGINT');

    let refused: ChatReply | undefined;
    await until('it refuses', async () => {
      refused = await chat(url, ask('ok', { stream: false }), KEEP_ALIVE);
      return refused.status === 503;
    });
    expect(refused && codeOf(refused)).toBe('shutting_down');
    expect(refused?.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    expect(await statusOf(`${management}/health/ready`)).toBe(503);

    expect(new Set((await Promise.all(streams)).map(endOf))).toEqual(new Set(['done']));
    for (const { status, isComplete } of await Promise.all(answers)) {
      expect([status, isComplete]).toEqual([200, true]);
    }
    expect(new Set((await Promise.all(endless)).map(endOf))).toEqual(new Set(['shutting_down']));
    for (const reply of await Promise.all([...mute, ...stuck])) {
      expect([reply.status, codeOf(reply)]).toEqual([503, 'shutting_down']);
      expect(reply.isComplete).toBe(true);
    }
    expect(await gateway.exit).toBe(0);
    expect(gateway.output().stderr).toBe('');
    await until('Poe sees all callers leave', () => sandbox.openCalls() === 0);
  });

  it('makes no further call when the grace is over, whoever waits for a turn', async () => {
    gateway = run('main.js', {
      ...environmentFor(sandbox.url),
      RATE_LIMIT_REQUESTS: '0',
      MAX_CONCURRENT_CALLS: '2',
      SHUTDOWN_GRACE_SECONDS: '1',
    });
    const { url, management_url: management } = await urlsOf(gateway);
    const running = times(2, () => chat(url, ask('stall')));
    await until('they run', () => sandbox.openCalls() === 2);
    const waiting = times(5, () => chat(url, ask('stall', { stream: false })));
    await until('the rest waits', async () => {
      return (await (await fetch(`${management}/metrics`)).text()).includes('queue_waiting 5');
    });
    gateway.child.kill('SIGTERM');
    for (const reply of await Promise.all(waiting)) {
      expect([reply.status, codeOf(reply)]).toEqual([503, 'shutting_down']);
    }
    expect((await Promise.all(running)).map(endOf)).toEqual(['shutting_down', 'shutting_down']);
    expect(await gateway.exit).toBe(0);
    const lines = gateway.output().stdout.split('\n');
    expect(lines.filter((line) => line.includes('"attempts":'))).toHaveLength(2);
  });

  it('is not kept waiting by those that it refuses', async () => {
    gateway = run('main.js', {
      ...environmentFor(sandbox.url),
      RATE_LIMIT_REQUESTS: '0',
      FOOTER: 'never',
      // Longer than a test may take.
      SHUTDOWN_GRACE_SECONDS: '600',
    });
    const { url } = await urlsOf(gateway);
    const running = chat(url, ask('ok tokens=60 delay=50'));
    await until('it runs', () => sandbox.openCalls() === 1);
    gateway.child.kill('SIGTERM');
    await until('it refuses', async () => (await chat(url, ask('ok'))).status === 503);
    // Each is answered at once and then given time to hang up, which it does not: there is always one.
    const refused: RawSocket[] = [];
    const knocking = setInterval(() => {
      refused.push(new RawSocket(url).send(head('content-length: 10000000')));
    }, 200);
    try {
      expect(endOf(await running)).toBe('done');
      expect(refused.some(({ text }) => text.includes('shutting_down'))).toBe(true);
      expect(await gateway.exit).toBe(0);
    } finally {
      clearInterval(knocking);
    }
  });
});
