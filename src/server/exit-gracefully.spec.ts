import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exitGracefully } from './exit-gracefully.ts';

const LIMIT_MS = 40_000;

function start() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const drain = Promise.withResolvers<undefined>();
  const close = vi.fn(() => drain.promise);
  const exit = vi.fn();
  const host = Object.assign(new EventEmitter(), { exit });
  exitGracefully({ close, log, limitMs: LIMIT_MS, host: host as unknown as NodeJS.Process });
  return { lines, drain, close, exit, host };
}
const soon = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('exitGracefully', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('drains on %s, then exits with 0', async (signal) => {
    const { drain, close, exit, host, lines } = start();
    expect(close).not.toHaveBeenCalled();
    host.emit(signal);
    host.emit(signal);
    await soon();
    expect(close).toHaveBeenCalledOnce();
    expect(exit).not.toHaveBeenCalled();
    drain.resolve(undefined);
    await soon();
    expect(exit).toHaveBeenCalledExactlyOnceWith(0);
    expect(lines).toEqual([]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    'logs an %s, drains, then exits with 1',
    async (event) => {
      const { drain, close, exit, host, lines } = start();
      host.emit(event, new TypeError('broken'));
      await soon();
      expect(close).toHaveBeenCalledOnce();
      expect(exit).not.toHaveBeenCalled();
      drain.resolve(undefined);
      await soon();
      expect(exit).toHaveBeenCalledExactlyOnceWith(1);
      expect(lines).toMatchObject([{ level: 60, event, err: { type: 'TypeError' } }]);
    },
  );

  it.each([
    ['a second error', 'uncaughtException', 'unhandledRejection'],
    ['an error after a signal', 'SIGTERM', 'uncaughtException'],
    ['a signal after an error', 'uncaughtException', 'SIGTERM'],
  ])('goes on draining at %s, and exits with 1', async (_what, first, second) => {
    const { drain, close, exit, host, lines } = start();
    host.emit(first, new Error('one'));
    host.emit(second, new Error('two'));
    await soon();
    expect(exit).not.toHaveBeenCalled();
    drain.resolve(undefined);
    await soon();
    expect(close).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(lines).toHaveLength([first, second].filter((event) => event.startsWith('un')).length);
  });

  it('exits with 1 when the drain hangs, whatever began it', async () => {
    const { exit, host, lines } = start();
    host.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(lines).toMatchObject([{ level: 60, msg: 'the drain hangs: exiting' }]);
  });

  it('exits with 1 when the shutdown fails', async () => {
    const { drain, exit, host, lines } = start();
    host.emit('SIGTERM');
    drain.reject(new Error('stuck'));
    await soon();
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    expect(lines).toMatchObject([{ level: 50, err: { message: 'stuck' } }]);
  });

  it.each([
    ['a text', 'out of luck', 'out of luck'],
    ['nothing', undefined, 'not an error but: undefined'],
    ['an object', { prompt: 'secret' }, 'not an error but: object'],
  ])('knows what to say of %s that was thrown', (_what, thrown, message) => {
    const { host, lines } = start();
    host.emit('unhandledRejection', thrown);
    expect(lines).toMatchObject([{ err: { message } }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
