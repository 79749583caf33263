import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Drain } from './drain.ts';

const DELAY_MS = 5000;
const GRACE_MS = 30_000;
const LINGER_MS = 250;

let lines: { msg: string; open?: number }[];
let drain: Drain;
let expired: number;

function start(delaySeconds = DELAY_MS / 1000): void {
  lines = [];
  expired = 0;
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  const { server } = loadConfig({
    POE_API_KEY: 'a-key',
    SHUTDOWN_DELAY_SECONDS: String(delaySeconds),
    SHUTDOWN_GRACE_SECONDS: String(GRACE_MS / 1000),
  });
  drain = new Drain(server, log);
  drain.expired$.subscribe(() => (expired += 1));
}

/** SIGTERM as Nest passes it on; `over` once nothing is waited for any more. */
function leave() {
  const exit = { over: false };
  drain.onModuleDestroy();
  void drain.beforeApplicationShutdown().then(() => {
    exit.over = true;
  });
  return exit;
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Drain', () => {
  it('changes nothing while the instance serves', async () => {
    drain.enter();
    await pass(600_000);
    drain.leave();
    expect(drain).toMatchObject({ leaving: false, refusing: false });
  });

  it('is unready at once, but refuses only after the delay', async () => {
    const exit = leave();
    expect(drain).toMatchObject({ leaving: true, refusing: false });
    await pass(DELAY_MS - 1);
    expect(drain.refusing).toBe(false);
    expect(exit.over).toBe(false);
    await pass(1);
    expect(drain.refusing).toBe(true);
    expect(exit.over).toBe(true);
  });

  it('refuses at once without a delay', async () => {
    start(0);
    const exit = leave();
    await pass(0);
    expect(drain.refusing).toBe(true);
    expect(exit.over).toBe(true);
    expect(lines).toEqual([]);
  });

  it('waits for the answers that run, those that began in the delay included', async () => {
    drain.enter();
    const exit = leave();
    await pass(1000);
    drain.enter();
    drain.leave();
    await pass(DELAY_MS);
    expect(exit.over).toBe(false);
    drain.leave();
    await pass(0);
    expect(exit.over).toBe(true);
    expect(expired).toBe(0);
    expect(lines).toMatchObject([{ msg: 'draining', open: 1 }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends what is left when the grace is over, and lets the last frames out', async () => {
    drain.enter();
    drain.enter();
    const exit = leave();
    await pass(DELAY_MS + 10);
    drain.leave();
    await pass(GRACE_MS - 11);
    expect(expired).toBe(0);
    await pass(1);
    expect(expired).toBe(1);
    await pass(LINGER_MS - 1);
    expect(exit.over).toBe(false);
    await pass(1);
    expect(exit.over).toBe(true);
    expect(lines).toMatchObject([
      { msg: 'draining', open: 2 },
      { msg: 'grace is over: ending the answers still running', open: 1 },
    ]);
  });
});
