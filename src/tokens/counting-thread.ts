import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { CountReply, CountRequest } from './counting.worker.ts';

/**
 * What may wait at one time: half a second of work, or four of a hostile sort. A megabyte that is
 * one long word takes the worker 25 MB while it is counted, so this also bounds that, to 200 MB.
 */
const PENDING_BYTES = 8 * 1024 * 1024;

interface Pending {
  readonly request: CountRequest;
  readonly bytes: number;
  readonly settle: (counts: readonly number[] | undefined) => void;
  retried: boolean;
}

/**
 * Counts tokens in a worker thread: the vocabulary takes 0.1 s to load and a hostile megabyte half
 * a second to count, during which no request would be served. The thread starts with the first
 * count and is started again if it dies; idle, it does not keep the process alive.
 */
export class CountingThread {
  private readonly logger = new Logger(CountingThread.name);
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private pendingBytes = 0;
  private lastId = 0;
  private closed = false;
  private readonly start: () => Worker;

  constructor(start = startWorker) {
    this.start = start;
  }

  /**
   * One count per text; never rejects. `undefined` when too much is waiting already, when the
   * thread died twice over these texts, or after `close`.
   *
   * @param bytes of all texts in UTF-8
   */
  count(texts: readonly string[], bytes: number): Promise<readonly number[] | undefined> {
    if (this.closed || this.pendingBytes + bytes > PENDING_BYTES) return Promise.resolve(undefined);
    return new Promise((settle) => {
      const request = { id: ++this.lastId, texts };
      const pending = { request, bytes, settle, retried: false };
      this.pending.set(request.id, pending);
      this.pendingBytes += bytes;
      this.send(pending);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private send({ request }: Pending): void {
    try {
      this.worker ??= this.watch(this.start());
      this.worker.ref();
      this.worker.postMessage(request);
    } catch (error) {
      this.logger.error('No counting thread can be started', error);
      this.settle(request.id, undefined);
    }
  }

  private watch(worker: Worker): Worker {
    worker.on('message', ({ id, counts }: CountReply) => {
      this.settle(id, counts);
    });
    // Without a listener the error would end the process; 'exit' follows.
    worker.on('error', (error) => {
      this.logger.error('The counting thread failed', error);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      this.recover();
    });
    return worker;
  }

  /** A text that kills its thread must not do so for ever, hence one more try only. */
  private recover(): void {
    for (const pending of [...this.pending.values()]) {
      if (this.closed || pending.retried) {
        this.settle(pending.request.id, undefined);
      } else {
        pending.retried = true;
        this.send(pending);
      }
    }
  }

  private settle(id: number, counts: readonly number[] | undefined): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    this.pendingBytes -= pending.bytes;
    if (this.pending.size === 0) this.worker?.unref();
    pending.settle(counts);
  }
}

function startWorker(): Worker {
  // `.ts` from source, `.js` when built. No flags of the main thread: what those preload (tracing,
  // a debugger) would be loaded a second time.
  const file = `./counting.worker${extname(import.meta.filename)}`;
  return new Worker(new URL(file, import.meta.url), { execArgv: [] });
}
