import type { Database } from '../store/database.ts';
import type { Budget } from './budget.ts';
import { hasNoCalls } from './has-no-calls.ts';
import { SpentReader } from './spent-reader.ts';

/** A call is made after its request was opened, but for a clock that was set back. */
const CLOCK_MS = 3600 * 1000;

/**
 * Reads it from the rows of requests; for models from those of calls, a request may have several, and
 * of lost requests whose calls nobody wrote down from theirs, as they are booked until that is known.
 */
export class DatabaseSpentReader extends SpentReader {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async spentByInstance(
    budget: Budget,
    from: number,
    to: number,
  ): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#sums(budget, from, to).execute();
    const lost = budget.scope === 'model' ? await this.#lost(budget, from, to).execute() : [];
    const sums = new Map<string, number>();
    for (const { instance, points } of [...rows, ...lost]) {
      sums.set(instance, (sums.get(instance) ?? 0) + points);
    }
    return sums;
  }

  #sums({ scope, subject }: Budget, from: number, to: number) {
    const closed = this.#opened(from, to).where('requests.status', '<>', 'open');
    if (scope === 'model') {
      return closed
        .innerJoin('calls', 'calls.request_id', 'requests.id')
        .where('calls.bot', '=', subject)
        .where('calls.sent_at', '>=', from - CLOCK_MS)
        .select(this.#sum('calls.points'));
    }
    const column = scope === 'team' ? 'requests.team_id' : 'requests.key_id';
    return closed.where(column, '=', subject).select(this.#sum('requests.points'));
  }

  #lost({ subject }: Budget, from: number, to: number) {
    return this.#opened(from, to)
      .where('requests.status', '=', 'lost')
      .where('requests.model', '=', subject)
      .where(hasNoCalls)
      .select(this.#sum('requests.points'));
  }

  #opened(from: number, to: number) {
    return this.#database.kysely
      .selectFrom('requests')
      .where('requests.opened_at', '>=', from)
      .where('requests.opened_at', '<', to)
      .groupBy('requests.instance')
      .select('requests.instance');
  }

  /** PostgreSQL sums whole numbers as decimals. */
  #sum(of: 'calls.points' | 'requests.points') {
    const { sql } = this.#database;
    return sql<number>`cast(sum(${sql.ref(of)}) as bigint)`.as('points');
  }
}
