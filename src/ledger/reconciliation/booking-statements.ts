import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { CallRow, Grade, Schema } from '../../store/schema.ts';
import type { Statement } from '../../store/statement.ts';
import type { Entry } from './claimant.ts';

/** Surest first, as the grade of a request is that of its least sure call. */
const GRADES: readonly Grade[] = ['exact', 'equal', 'estimate', 'unmatched'];

/** The prefix of calls that nobody wrote down when they were made. */
const LOST = 'lost:';
const AFTER_LOST = 'lost;';

/** What the reconciliation writes. Each of it means the same when it is carried out twice. */
export class BookingStatements {
  constructor(private readonly database: Database) {}

  /** The entry is the bill of the call, unless the call has found another meanwhile. */
  claim(callId: string, { query_id, key_name, points }: Entry, grade: Grade): Statement {
    return this.database.kysely
      .updateTable('calls')
      .set({ query_id, points, grade, ...(key_name === null ? {} : { key_name }) })
      .where('id', '=', callId)
      .where('query_id', 'is', null)
      .compile();
  }

  /** The entry tells of a call that its process could not write down. */
  add(requestId: string, model: string, entry: Entry, grade: Grade): Statement {
    const row: CallRow = {
      id: `${LOST}${requestId}`,
      request_id: requestId,
      account: entry.account,
      key_name: entry.key_name,
      bot: model,
      sent_at: entry.created_at,
      responded_at: null,
      tokens_in: entry.tokens_in,
      tokens_out: entry.tokens_out,
      tokens_reasoning: null,
      points: entry.points,
      grade,
      query_id: entry.query_id,
    };
    return this.database.kysely
      .insertInto('calls')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile();
  }

  /** The entry belongs to whichever call names it. */
  tie({ query_id, account }: Entry): Statement {
    const { kysely } = this.database;
    const call = kysely
      .selectFrom('calls')
      .select('id')
      .where('query_id', '=', query_id)
      .where('account', '=', account);
    return kysely
      .updateTable('poe_entries')
      .set({ kind: 'matched', reason: null, call_id: call })
      .where('query_id', '=', query_id)
      .where('account', '=', account)
      .where((where) => where.exists(call))
      .compile();
  }

  /** The same for all that calls name; external ones if they were seen first after that, ms UTC. */
  tieClaimed(lateAfter: number): Statement {
    const claimed = (build: ExpressionBuilder<Schema, 'poe_entries'>) =>
      build
        .selectFrom('calls')
        .select('id')
        .whereRef('calls.query_id', '=', 'poe_entries.query_id')
        .whereRef('calls.account', '=', 'poe_entries.account');
    return this.database.kysely
      .updateTable('poe_entries')
      .set((build) => ({ kind: 'matched', reason: null, call_id: claimed(build) }))
      .where((where) =>
        where.or([
          where('kind', '=', 'pending'),
          where.and([where('kind', '=', 'external'), where('first_seen_at', '>=', lateAfter)]),
        ]),
      )
      .where((build) => build.exists(claimed(build)))
      .compile();
  }

  /** A call costs what Poe says, whoever found its entry. */
  reprice(callId: string, points: number): Statement {
    return this.database.kysely
      .updateTable('calls')
      .set({ points })
      .where('id', '=', callId)
      .compile();
  }

  /** Poe bills no such call. */
  writeOff(callId: string): Statement {
    return this.database.kysely
      .updateTable('calls')
      .set({ points: 0, grade: 'unmatched' })
      .where('id', '=', callId)
      .where('query_id', 'is', null)
      .compile();
  }

  /** A request costs what its calls do, and is as sure as the least sure of them. */
  sumUp(requestId: string): Statement {
    const { kysely, sql } = this.database;
    const calls = kysely.selectFrom('calls').where('request_id', '=', requestId);
    const ranks = sql.join(
      GRADES.map((grade, rank) => sql`when ${sql.lit(grade)} then ${sql.lit(rank)}`),
      sql` `,
    );
    const names = sql.join(
      GRADES.map((grade, rank) => sql`when ${sql.lit(rank)} then ${sql.lit(grade)}`),
      sql` `,
    );
    return kysely
      .updateTable('requests')
      .set({
        points: calls.select(sql<number>`cast(coalesce(sum(points), 0) as bigint)`.as('points')),
        grade: calls.select(
          sql<Grade>`case coalesce(max(case grade ${ranks} end), 3) ${names} end`.as('grade'),
        ),
        query_id: calls
          .select('query_id')
          .where('query_id', 'is not', null)
          .orderBy('sent_at', 'desc')
          .limit(1),
      })
      .where('id', '=', requestId)
      .where('status', '<>', 'open')
      .compile();
  }

  /** A process that was taken for dead wrote its calls itself: what was added for it goes. */
  forgetRevived(): Statement[] {
    const { kysely } = this.database;
    const revived = kysely
      .selectFrom('calls')
      .innerJoin('requests', 'requests.id', 'calls.request_id')
      .select('calls.id')
      .where('calls.id', '>=', LOST)
      .where('calls.id', '<', AFTER_LOST)
      .where('status', '<>', 'lost');
    return [
      kysely
        .updateTable('poe_entries')
        .set({ kind: 'pending', call_id: null })
        .where('call_id', 'in', revived)
        .compile(),
      kysely.deleteFrom('calls').where('id', 'in', revived).compile(),
    ];
  }
}
