import type { Database } from '../../src/store/database.ts';
import type { CallRow, RequestRow } from '../../src/store/schema.ts';
import { pointsOf, type Call } from './model-call.ts';

const HELD = 999;
const ESTIMATE = 7;

/** What gateways write of their calls. */
export class ModelRows {
  /** All that was booked, and corrected since: what the budgets think was spent. */
  spent = 0;

  constructor(private readonly database: Database) {}

  open({ bot, team }: Call, id: string, at: number): Promise<unknown> {
    const row: RequestRow = {
      id,
      instance: 'i',
      opened_at: at,
      closed_at: null,
      key_id: team,
      key_name: team,
      team_id: team,
      team_name: team,
      model: bot,
      model_used: null,
      stream: 1,
      status: 'open',
      http_status: null,
      tokens_in: null,
      tokens_cached: null,
      tokens_out: null,
      tokens_reasoning: null,
      held: HELD,
      points: HELD,
      grade: 'estimate',
      query_id: null,
      attempts: 0,
      first_token_ms: null,
      duration_ms: null,
    };
    this.spent += row.points;
    return this.database.kysely.insertInto('requests').values(row).execute();
  }

  async close(call: Call, id: string, at: number, endedAt: number): Promise<void> {
    const counts = call.fate === 'broken' ? null : call.tokens;
    const row: CallRow = {
      id: `${id}.0`,
      request_id: id,
      account: 'acme',
      key_name: 'k',
      bot: call.bot,
      sent_at: at,
      responded_at: counts === null ? null : at + 30,
      tokens_in: counts,
      tokens_out: counts,
      tokens_reasoning: counts === null ? null : 0,
      points: ESTIMATE,
      grade: 'estimate',
      query_id: null,
    };
    await this.database.kysely.insertInto('calls').values(row).execute();
    await this.database.kysely
      .updateTable('requests')
      .set({ status: 'completed', closed_at: endedAt, points: row.points })
      .where('id', '=', id)
      .execute();
    this.spent += row.points - HELD;
  }

  lose(id: string, now: number): Promise<unknown> {
    return this.database.kysely
      .updateTable('requests')
      .set({ status: 'lost', closed_at: now })
      .where('id', '=', id)
      .execute();
  }

  /** As the process of the call does it, which knows nothing of the others: first come, first served. */
  async find(call: Call, id: string): Promise<void> {
    const { kysely } = this.database;
    const points = pointsOf(call);
    const taken = await kysely
      .selectFrom('calls')
      .select('id')
      .where((where) => where.or([where('query_id', '=', `q${id}`), where('id', '=', `${id}.0`)]))
      .where('query_id', 'is not', null)
      .execute();
    if (taken.length > 0) return;
    const cost = { query_id: `q${id}`, points, grade: 'exact' as const };
    await kysely.updateTable('calls').set(cost).where('id', '=', `${id}.0`).execute();
    await kysely.updateTable('requests').set(cost).where('id', '=', id).execute();
    this.spent += points - ESTIMATE;
  }
}
