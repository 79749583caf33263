import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CountingThread } from './counting-thread.ts';
import type { CountRequest } from './counting.worker.ts';

const MEGABYTE = 1024 * 1024;

/** Answers only when told to. */
class ScriptedWorker extends EventEmitter {
  readonly requests: CountRequest[] = [];
  readonly ref = vi.fn();
  readonly unref = vi.fn();
  readonly postMessage = (request: CountRequest) => this.requests.push(request);
  readonly terminate = () => Promise.resolve(this.emit('exit', 1));

  answer(counts: number[]): void {
    this.emit('message', { id: this.requests.shift()?.id, counts });
  }
}

describe('with a scripted worker', () => {
  let workers: ScriptedWorker[];
  let thread: CountingThread;

  beforeEach(() => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    workers = [];
    thread = new CountingThread(() => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('starts one worker, with the first count', async () => {
    expect(workers).toHaveLength(0);
    const counts = [thread.count(['a'], 1), thread.count(['b'], 1)];
    workers[0]?.answer([1]);
    workers[0]?.answer([2]);
    expect(await Promise.all(counts)).toEqual([[1], [2]]);
    expect(workers).toHaveLength(1);
  });

  it('keeps the process alive only while something is counted', () => {
    void thread.count(['a'], 1);
    void thread.count(['b'], 1);
    const [worker] = workers;
    worker?.answer([1]);
    expect(worker?.ref).toHaveBeenCalled();
    expect(worker?.unref).not.toHaveBeenCalled();
    worker?.answer([1]);
    expect(worker?.unref).toHaveBeenCalledOnce();
  });

  it('refuses what would be too much at a time, and takes it later', async () => {
    const waiting = thread.count(['big'], 8 * MEGABYTE - 1);
    expect(await thread.count(['ab'], 2)).toBeUndefined();
    const fits = thread.count(['a'], 1);
    expect(workers[0]?.requests).toHaveLength(2);

    workers[0]?.answer([7]);
    expect(await waiting).toEqual([7]);
    const later = thread.count(['ab'], 2);
    workers[0]?.answer([1]);
    workers[0]?.answer([2]);
    expect(await Promise.all([fits, later])).toEqual([[1], [2]]);
  });

  it('tries again what a dead worker left, once', async () => {
    const count = thread.count(['a'], 1);
    workers[0]?.emit('error', new Error('out of memory'));
    workers[0]?.emit('exit', 1);
    expect(workers[1]?.requests).toMatchObject([{ texts: ['a'] }]);

    workers[1]?.emit('exit', 1);
    expect(await count).toBeUndefined();
    expect(workers).toHaveLength(2);

    const next = thread.count(['b'], 1);
    workers[2]?.answer([1]);
    expect(await next).toEqual([1]);
  });

  it('gives up what waits when closed, and counts no more', async () => {
    const count = thread.count(['a'], 1);
    await thread.close();
    expect(await count).toBeUndefined();
    expect(await thread.count(['b'], 1)).toBeUndefined();
    expect(workers).toHaveLength(1);
  });

  it('gives up what no thread can be started for', async () => {
    const unstartable = new CountingThread(() => {
      throw new Error('too many threads');
    });
    expect(await unstartable.count(['a'], 8 * MEGABYTE)).toBeUndefined();
    expect(await unstartable.count(['a'], 8 * MEGABYTE)).toBeUndefined();
  });
});

describe('with real workers', () => {
  it('counts', async () => {
    const thread = new CountingThread();
    expect(await thread.count(['hello world', '', ' the'], 15)).toEqual([2, 0, 1]);
    await thread.close();
  });

  it('counts on when the worker dies in the middle', async () => {
    const workers: Worker[] = [];
    const thread = new CountingThread(() => {
      const worker = new Worker(new URL('./counting.worker.ts', import.meta.url));
      workers.push(worker);
      return worker;
    });
    const big = thread.count(['a'.repeat(MEGABYTE)], MEGABYTE);
    await thread.count(['a'], 1);
    await workers[0]?.terminate();
    expect(await big).toEqual([MEGABYTE / 8]);
    expect(workers).toHaveLength(2);
    await thread.close();
  });
});
