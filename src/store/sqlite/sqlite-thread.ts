import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseError } from '../database-error.ts';
import type { Statement } from '../statement.ts';
import type { SqliteReply, SqliteRequest, SqliteSettings } from './sqlite.worker.ts';

interface Pending {
  resolve(reply: SqliteReply): void;
  reject(error: DatabaseError): void;
}

/**
 * SQLite in a thread of its own: writing to a disk may take as long as the disk likes, and nobody
 * else should wait for it. The file is opened with the first statement. Statements are carried out
 * in the order in which they come; idle, the thread does not keep the process alive.
 */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #hasEnded = false;

  constructor(settings: SqliteSettings) {
    this.#worker = startWorker(settings);
    this.#worker.on('message', (reply: SqliteReply) => {
      const pending = this.#take(reply.id);
      if (reply.error) pending?.reject(toDatabaseError(reply.error.code, reply.error.message));
      else pending?.resolve(reply);
    });
    // Without a listener the error would end the process; 'exit' follows.
    let reason = 'the thread of SQLite has ended';
    this.#worker.on('error', (error) => {
      reason = String(error);
    });
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      for (const id of [...this.#pending.keys()]) {
        this.#take(id)?.reject(new DatabaseError('outage', reason));
      }
    });
  }

  /** It died or was closed, and what was not committed is lost: start another. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Several statements are one transaction, and answer nothing.
   * @throws DatabaseError
   */
  run(statements: readonly Statement[]): Promise<SqliteReply> {
    return this.#ask(statements);
  }

  /** After all that was asked before. */
  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#ask('close');
  }

  #ask(statements: SqliteRequest['statements']): Promise<SqliteReply> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new DatabaseError('outage', 'the thread of SQLite has ended'));
        return;
      }
      const id = ++this.#lastId;
      this.#worker.postMessage({ id, statements } satisfies SqliteRequest);
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
    });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    return pending;
  }
}

/** https://www.sqlite.org/rescode.html */
function toDatabaseError(code = '', message: string): DatabaseError {
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new DatabaseError('busy', message, code);
  const isOutage = /^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PERM)/.test(code);
  return new DatabaseError(isOutage ? 'outage' : 'refused', message, code);
}

function startWorker(workerData: SqliteSettings): Worker {
  // `.ts` from source, `.js` when built. No flags of the main thread: what those preload (tracing,
  // a debugger) would be loaded a second time.
  const file = `./sqlite.worker${extname(import.meta.filename)}`;
  return new Worker(new URL(file, import.meta.url), { workerData, execArgv: [] });
}
