import type { Expression, RawBuilder, SqlBool } from 'kysely';
import type { Database } from '../store/database.ts';
import { toPage, type Page, type PageRequest } from '../store/page.ts';
import { readCursor } from '../store/read-cursor.ts';

const DAY_MS = 24 * 3600 * 1000;

export const USAGE_GROUPS = ['day', 'team', 'key', 'model'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Which requests are counted together, and which at all; times are ms since 1970, `to` is excluded. */
export interface UsageQuery {
  /** In this order: it is that of the list as well. */
  readonly groups: readonly UsageGroup[];
  readonly from: number;
  readonly to?: number | undefined;
  readonly team?: string | undefined;
  readonly key?: string | undefined;
  /** Registry name of the model that answered, or was to. */
  readonly model?: string | undefined;
}

/** What was spent by the requests of a group; of the first four those that the group is made by. */
export interface Usage {
  readonly object: 'usage';
  /** Day in UTC, `2026-01-31`. */
  readonly date?: string;
  readonly team?: string;
  readonly key?: string;
  /** The name that the key had last in its alphabet: names may change. */
  readonly key_name?: string;
  readonly model?: string;
  readonly num_model_requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** As far as it is known: requests that are under way count with their estimates. */
  readonly points: number;
  /** The part of the points that no entry of Poe's ledger confirms yet. */
  readonly estimated_points: number;
}

/** @throws ApiError 400 for `after`; DatabaseError */
export async function readUsage(
  { reports, sql }: Pick<Database, 'reports' | 'sql'>,
  query: UsageQuery,
  page: PageRequest,
): Promise<Page<Usage>> {
  // Both databases divide whole numbers without a remainder; PostgreSQL sums them as decimals.
  const columns: Record<UsageGroup, RawBuilder<string | number>> = {
    day: sql`opened_at / ${sql.lit(DAY_MS)}`,
    team: sql`team_id`,
    key: sql`key_id`,
    model: sql`coalesce(model_used, model)`,
  };
  const sum = (of: string) => sql<number>`cast(coalesce(sum(${sql.raw(of)}), 0) as bigint)`;
  const { groups, from, to, team, key, model } = query;
  const by = groups.map((group) => columns[group]);
  const cursor = readCursor(page, ...groups.map((one) => (one === 'day' ? 'number' : 'string')));
  const conditions: Expression<SqlBool>[] = [sql<SqlBool>`opened_at >= ${from}`];
  if (to !== undefined) conditions.push(sql<SqlBool>`opened_at < ${to}`);
  if (team !== undefined) conditions.push(sql<SqlBool>`team_id = ${team}`);
  if (key !== undefined) conditions.push(sql<SqlBool>`key_id = ${key}`);
  if (model !== undefined) conditions.push(sql<SqlBool>`${columns.model} = ${model}`);
  if (cursor) conditions.push(sql<SqlBool>`(${sql.join(by)}) > (${sql.join(cursor)})`);
  const rows = await reports
    .selectFrom('requests')
    .select([
      ...groups.map((group) => columns[group].as(`by_${group}`)),
      sql<string>`max(key_name)`.as('key_name'),
      sql<number>`count(*)`.as('requests'),
      sum('tokens_in').as('tokens_in'),
      sum('tokens_out').as('tokens_out'),
      sum('points').as('points'),
      sum("case when grade in ('exact', 'equal') then 0 else points end").as('estimated'),
    ])
    .where((where) => where.and(conditions))
    .groupBy(by)
    .orderBy(sql.join(by))
    .limit(page.limit + 1)
    .execute();
  type Row = (typeof rows)[number] & Readonly<Record<`by_${UsageGroup}`, string | number>>;
  const groupOf = (row: Row, group: UsageGroup) => row[`by_${group}`];
  return toPage(
    rows as Row[],
    page.limit,
    (row) => groups.map((group) => groupOf(row, group)),
    (row) => ({
      object: 'usage',
      ...Object.fromEntries(groups.map((group) => memberOf(group, groupOf(row, group)))),
      ...(groups.includes('key') && { key_name: row.key_name }),
      num_model_requests: row.requests,
      input_tokens: row.tokens_in,
      output_tokens: row.tokens_out,
      points: row.points,
      estimated_points: row.estimated,
    }),
  );
}

function memberOf(group: UsageGroup, value: string | number): [string, string] {
  if (group !== 'day') return [group, String(value)];
  return ['date', new Date(Number(value) * DAY_MS).toISOString().slice(0, 10)];
}
