import type { Database } from '../store/database.ts';

const DAY_MS = 24 * 3600 * 1000;

/** What a key spent on one day (UTC) with one model. */
export interface Spending {
  readonly object: 'usage';
  /** `2026-01-31` */
  readonly date: string;
  readonly model: string;
  readonly num_model_requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** As far as it is known: requests that are under way count with their estimates. */
  readonly points: number;
  /** The part of the points that no entry of Poe's ledger confirms yet. */
  readonly estimated_points: number;
}

/** By day and model, oldest first. `from` is a time in ms since 1970. */
export async function readSpending(
  { kysely, sql }: Database,
  keyId: string,
  from: number,
): Promise<Spending[]> {
  // Both databases divide whole numbers without a remainder; PostgreSQL sums them as decimals.
  const day = sql<number>`opened_at / ${sql.lit(DAY_MS)}`;
  const model = sql<string>`coalesce(model_used, model)`;
  const sum = (of: string) => sql<number>`cast(coalesce(sum(${sql.raw(of)}), 0) as bigint)`;
  const rows = await kysely
    .selectFrom('requests')
    .select([
      day.as('day'),
      model.as('model_name'),
      sql<number>`count(*)`.as('requests'),
      sum('tokens_in').as('tokens_in'),
      sum('tokens_out').as('tokens_out'),
      sum('points').as('points'),
      sum("case when grade in ('exact', 'equal') then 0 else points end").as('estimated'),
    ])
    .where('key_id', '=', keyId)
    .where('opened_at', '>=', from)
    .groupBy([day, model])
    .orderBy('day')
    .orderBy('model_name')
    .execute();
  return rows.map((row) => ({
    object: 'usage',
    date: new Date(row.day * DAY_MS).toISOString().slice(0, 10),
    model: row.model_name,
    num_model_requests: row.requests,
    input_tokens: row.tokens_in,
    output_tokens: row.tokens_out,
    points: row.points,
    estimated_points: row.estimated,
  }));
}
