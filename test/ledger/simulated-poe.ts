import { parseHistory, type HistoryPage } from '../../src/usage/parse-history.ts';

export interface SimulatedRow {
  readonly id: string;
  readonly bot: string;
  readonly key: string;
  readonly usageType: string;
  /** ms of the simulation, all of them. */
  readonly createdAt: number;
  readonly visibleAt: number;
  readonly finalAt: number;
  readonly position: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly points: number;
}

/** Poe's ledger at a time that a test decides: rows come late, without their cost, out of order. */
export class SimulatedPoe {
  readonly rows: SimulatedRow[] = [];
  now = 0;

  constructor(private readonly pageSize: number) {}

  readHistory = (_account: unknown, after?: string): Promise<HistoryPage> => {
    const visible = this.rows
      .filter(({ visibleAt }) => visibleAt <= this.now)
      .sort((a, b) => b.position - a.position || (a.id < b.id ? 1 : -1));
    const from = visible.findIndex(({ id }) => id === after) + 1;
    const data = visible.slice(from, from + this.pageSize).map((row) => this.#show(row));
    const page = parseHistory({ data, has_more: from + this.pageSize < visible.length });
    return Promise.resolve(page);
  };

  get bill(): number {
    return this.rows.reduce((sum, { points }) => sum + points, 0);
  }

  #show(row: SimulatedRow) {
    const isFinal = row.finalAt <= this.now;
    const cost = {
      Input: `${row.points} points (${row.tokensIn} tokens)`,
      Output: `0 points (${row.tokensOut} tokens)`,
    };
    return {
      creation_time: row.createdAt * 1000,
      bot_name: row.bot,
      query_id: row.id,
      usage_type: row.usageType,
      cost_points: isFinal ? row.points : 0,
      cost_breakdown_in_points: isFinal ? cost : {},
      api_key_name: row.key,
    };
  }
}
