import type { Database } from '../store/database.ts';
import type { Budget } from './budget.ts';
import { SpentReader } from './spent-reader.ts';

/** A call is made after its request was opened, but for a clock that was set back. */
const CLOCK_MS = 3600 * 1000;

/** Reads it from the rows of requests; for models from those of calls, a request may have several. */
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
    return new Map(rows.map(({ instance, points }) => [instance, points]));
  }

  #sums({ scope, subject }: Budget, from: number, to: number) {
    const { kysely, sql } = this.#database;
    // PostgreSQL sums whole numbers as decimals.
    const sum = (of: 'calls.points' | 'requests.points') =>
      sql<number>`cast(sum(${sql.ref(of)}) as bigint)`.as('points');
    const closed = kysely
      .selectFrom('requests')
      .where('requests.status', '<>', 'open')
      .where('requests.opened_at', '>=', from)
      .where('requests.opened_at', '<', to)
      .groupBy('requests.instance')
      .select('requests.instance');
    if (scope === 'model') {
      return closed
        .innerJoin('calls', 'calls.request_id', 'requests.id')
        .where('calls.bot', '=', subject)
        .where('calls.sent_at', '>=', from - CLOCK_MS)
        .select(sum('calls.points'));
    }
    const column = scope === 'team' ? 'requests.team_id' : 'requests.key_id';
    return closed.where(column, '=', subject).select(sum('requests.points'));
  }
}
