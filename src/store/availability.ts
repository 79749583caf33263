import type { Log } from '../observability/log.ts';
import { DatabaseError } from './database-error.ts';

const TRY_AGAIN_MS = 1000;

/**
 * Whether the database is to be had. From an outage on it is not, until it answers a probe: who
 * would have to wait for it is refused at once.
 */
export class Availability {
  readonly #log: Log;
  readonly #probe: () => Promise<unknown>;
  #isUp = true;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, probe: () => Promise<unknown>) {
    this.#log = log;
    this.#probe = probe;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** @throws DatabaseError while it is down */
  check(): void {
    if (!this.#isUp) throw new DatabaseError('outage', 'the database is away');
  }

  lose(error: DatabaseError): void {
    if (!this.#isUp || this.#isClosed) return;
    this.#isUp = false;
    // Neither statement nor values.
    this.#log.warn({ reason: error.message, code: error.code }, 'The database is away');
    this.#probeLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #probeLater(): void {
    this.#timer = setTimeout(() => {
      this.#probe().then(
        () => {
          this.#isUp = true;
          this.#log.info({}, 'The database is back');
        },
        () => {
          if (!this.#isClosed) this.#probeLater();
        },
      );
    }, TRY_AGAIN_MS).unref();
  }
}
