import { Inject, Injectable } from '@nestjs/common';
import { StoreConfig } from '../config/config.ts';
import { catalogue } from '../errors/catalogue.ts';
import { Log } from '../observability/log.ts';
import { isAway } from '../store/is-away.ts';
import { Database } from '../store/database.ts';
import { GroupWriter } from '../store/group-writer.ts';
import { Instance } from '../store/instance.ts';
import type { CallRow } from '../store/schema.ts';
import type { Statement } from '../store/statement.ts';
import type { Bill, Ending, OpenEntry } from './ledger-entries.ts';
import { LedgerStatements } from './ledger-statements.ts';

/** Longest wait for a row before its request goes to Poe. */
const OPENING_MS = 2000;
/** A database that is away is looked for each second. */
const RETRY_AFTER_SECONDS = 2;
/** So that there is room in the GroupWriter for the ends of all requests that it let begin. */
const MOST_PENDING = 10_000;

/**
 * One row for each request that goes to Poe: there before Poe is asked, so that a process that dies
 * leaves an open row and not a hole, and closed when the request is over. Without a database it does
 * nothing.
 */
@Injectable()
export class RequestsLedger {
  readonly #statements: LedgerStatements | undefined;
  /** Begun and not ended, by id. */
  readonly #open = new Set<string>();

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    @Inject(GroupWriter) private readonly writer: GroupWriter | undefined,
    private readonly instance: Instance,
    private readonly config: StoreConfig,
    private readonly log: Log,
  ) {
    this.#statements = database && new LedgerStatements(database);
  }

  get isKept(): boolean {
    return this.#statements !== undefined;
  }

  /**
   * Resolves when the row is written; undefined when nothing is to be waited for: without a
   * database, or while it is down and STORE_DOWN is `local`.
   * @throws ApiError 503, also as the promise's: with STORE_DOWN=refuse while the database is down,
   * and in any case when too much is waiting for it
   */
  open(entry: OpenEntry): Promise<void> | undefined {
    if (!this.#statements || !this.database) return undefined;
    const mayRefuse = this.config.whenDown === 'refuse';
    const isDown = !this.database.isUp;
    if ((isDown && mayRefuse) || (this.writer?.waiting ?? 0) >= MOST_PENDING) throw unavailable();
    const written = this.#add(this.#statements.open(this.#toRow(entry)));
    this.#open.add(entry.id);
    if (isDown) {
      written.catch(this.#complain);
      return undefined;
    }
    return this.#wait(written, entry.id, mayRefuse);
  }

  /** Another model is asked, at its own estimate. Only while it is open. */
  reestimate(id: string, held: number): void {
    if (!this.#statements || !this.#open.has(id)) return;
    this.#add(this.#statements.reestimate(id, held)).catch(this.#complain);
  }

  /** The request is over. The first time counts, and only for what was opened. Never waits. */
  close(id: string, ending: Ending, bill: Bill): void {
    if (!this.#statements || !this.#open.delete(id)) return;
    // First the calls: whoever finds the request closed finds them as well.
    for (const call of bill.calls) this.#addCall(call);
    this.#add(this.#statements.close(id, ending, bill, Date.now())).catch(this.#complain);
  }

  /** More is known of what it cost. While it is open nothing is to be done: its end will say. */
  correct(id: string, bill: Bill): void {
    if (!this.#statements || this.#open.has(id)) return;
    for (const call of bill.calls) this.#add(this.#statements.price(call)).catch(this.#regret);
    this.#add(this.#statements.correct(id, bill)).catch(this.#regret);
  }

  /** Another process may have taken the same of Poe's entries for its own: then it is nobody's. */
  #addCall(call: CallRow): void {
    const add = (row: CallRow) => this.#add(this.#statements?.call(row));
    add(call)
      .catch((error: unknown) => {
        if (call.query_id === null || isAway(error)) throw error;
        return add({ ...call, query_id: null, grade: 'unmatched' });
      })
      .catch(this.#complain);
  }

  #add(statement: Statement | undefined): Promise<void> {
    return this.writer && statement ? this.writer.add(statement) : Promise.resolve();
  }

  #wait(written: Promise<void>, id: string, mayRefuse: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        if (mayRefuse) reject(unavailable());
        else resolve();
      }, OPENING_MS);
      written.then(
        () => {
          clearTimeout(timer);
          resolve();
        },
        (error: unknown) => {
          clearTimeout(timer);
          if (isLate) {
            this.#complain(error);
            return;
          }
          this.#open.delete(id);
          reject(isAway(error) ? unavailable() : (error as Error));
        },
      );
    });
  }

  #toRow({ id, caller, model, stream, openedAt, held }: OpenEntry) {
    return {
      id,
      instance: this.instance.id,
      opened_at: openedAt,
      closed_at: null,
      key_id: caller.keyId,
      key_name: caller.name,
      team_id: caller.teamId,
      team_name: caller.teamName,
      model,
      model_used: null,
      stream: stream ? (1 as const) : (0 as const),
      status: 'open' as const,
      http_status: null,
      tokens_in: null,
      tokens_cached: null,
      tokens_out: null,
      tokens_reasoning: null,
      held,
      // What it counts as should nobody ever close it.
      points: held,
      grade: 'estimate' as const,
      query_id: null,
      attempts: 0,
      first_token_ms: null,
      duration_ms: null,
    };
  }

  readonly #complain = (error: unknown): void => {
    this.log.error({ err: error }, 'a row of the ledger is lost');
  };

  /** Without it a row keeps its estimate. */
  readonly #regret = (error: unknown): void => {
    if (!isAway(error)) this.log.warn({ err: error }, 'a row of the ledger keeps its estimate');
  };
}

function unavailable(): Error {
  return catalogue.storeUnavailable(RETRY_AFTER_SECONDS);
}
