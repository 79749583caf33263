import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { isAway } from './is-away.ts';
import type { Statement } from './statement.ts';

/** Some 100 MB of rows, or ten seconds of a gateway at its limits. */
const MOST_WAITING = 50_000;
/** Carried out well within the time limit of a statement. */
const MOST_AT_ONCE = 500;
/** From the start of one transaction to that of the next: under load, more rows share one. */
const PACE_MS = 5;
const FIRST_RETRY_MS = 50;
/** Short: who waits for a row has two seconds, and a database that is known to be away is not asked. */
const LAST_RETRY_MS = 500;
/** At the end, for what is waiting still. */
const CLOSING_MS = 3000;

interface Waiting {
  readonly statement: Statement;
  readonly addedAt: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes for many callers at a time: what is added while one transaction is under way goes into the
 * next, in the order in which it was added. While the database is away it waits, and is tried again
 * until it is written; so a statement may be carried out twice, by a server that hung even after
 * later ones, and has to do no harm then (`on conflict do nothing`, `where` it is still open).
 */
export class GroupWriter {
  readonly #database: Database;
  readonly #metrics: Metrics;
  readonly #log: Log;
  /** Until they are committed. */
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(database: Database, metrics: Metrics, log: Log) {
    this.#database = database;
    this.#metrics = metrics;
    this.#log = log;
    metrics.writes = () => {
      const [oldest] = this.#waiting;
      const oldestMs = oldest ? performance.now() - oldest.addedAt : 0;
      return { waiting: this.#waiting.length, oldestMs };
    };
    database.beforeClose(() => this.#close());
  }

  /** So many are not committed yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when it is committed.
   * @throws DatabaseError `refused` if the statement is at fault; `outage` if too much is waiting
   * already, or the end came first
   */
  add(statement: Statement): Promise<void> {
    if (this.#isClosed) return Promise.reject(closed());
    if (this.#waiting.length >= MOST_WAITING) {
      return Promise.reject(new DatabaseError('outage', 'too much is waiting to be written'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ statement, addedAt: performance.now(), resolve, reject });
      this.#running ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    // Together with all that the same turn of the event loop has for it.
    await setImmediate();
    let retryMs = FIRST_RETRY_MS;
    /** How many of the first are written one by one, because one of them is at fault. */
    let alone = 0;
    while (this.#waiting.length > 0) {
      const pace = sleep(PACE_MS);
      const batch = this.#waiting.slice(0, alone > 0 ? 1 : MOST_AT_ONCE);
      const error = await this.#write(batch);
      if (isAway(error)) {
        await sleep(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
        continue;
      }
      retryMs = FIRST_RETRY_MS;
      if (error !== undefined && batch.length > 1) {
        alone = batch.length;
        continue;
      }
      alone = Math.max(0, alone - 1);
      this.#settle(batch, error);
      if (!this.#isClosed) await pace;
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<unknown> {
    try {
      await this.#database.write(batch.map(({ statement }) => statement));
      this.#metrics.commits.inc();
      this.#metrics.rows.inc(batch.length);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #settle(batch: readonly Waiting[], error?: unknown): void {
    this.#waiting.splice(0, batch.length);
    for (const { resolve, reject } of batch) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const giveUp = new AbortController();
    const limit = sleep(CLOSING_MS, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([this.#running, limit]);
    giveUp.abort();
    const lost = this.#waiting.length;
    if (lost === 0) return;
    this.#settle(this.#waiting.slice(), closed());
    this.#log.error({ lost }, 'The database did not come back in time: what waited for it is lost');
  }
}

function closed(): DatabaseError {
  return new DatabaseError('outage', 'the database is closed');
}
