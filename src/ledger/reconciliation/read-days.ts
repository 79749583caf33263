import type { Database } from '../../store/database.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Poe's bill and the ledger, of one account on one day; all figures are points. */
export interface ReconciledDay {
  /** UTC, `2026-01-31`: of the entry's creation, or where there is none of the call's sending. */
  readonly date: string;
  /** Null: of requests whose process died, and nobody knows which account they were made with. */
  readonly account: string | null;
  /** On Poe's ledger. */
  readonly billed: number;
  /** The part of it that is on the ledger as calls of this gateway. */
  readonly booked: number;
  /** The part of it that others used. */
  readonly external: number;
  /** On the ledger as calls, and not on Poe's. */
  readonly unmatched: number;
  /** On Poe's ledger, and not decided yet whose it is. */
  readonly pending: number;
  /**
   * Billed less all that the ledger has: booked, external and unmatched. 0, or pending less
   * unmatched, or else calls whose entries have changed since they were booked.
   */
  readonly difference: number;
}

type Sums = Omit<ReconciledDay, 'difference' | 'date'> & { readonly day: number };

const NOTHING = { billed: 0, booked: 0, external: 0, unmatched: 0, pending: 0 };

/** By day and account, oldest first, of all that happened from `from` to before `to`; ms UTC. */
export async function readDays(
  database: Database,
  from: number,
  to: number,
): Promise<ReconciledDay[]> {
  const parts = await Promise.all([
    readEntryDays(database, from, to),
    readCallDays(database, from, to),
    readLostDays(database, from, to),
  ]);
  const days = new Map<string, Sums>();
  for (const part of parts.flat()) {
    const id = `${part.day} ${part.account ?? ''}`;
    const known = days.get(id) ?? { ...NOTHING, day: part.day, account: part.account };
    days.set(id, add(known, part));
  }
  return [...days.values()]
    .sort((a, b) => a.day - b.day || ((a.account ?? '') < (b.account ?? '') ? -1 : 1))
    .map(({ day, ...sums }) => ({
      date: new Date(day * DAY_MS).toISOString().slice(0, 10),
      ...sums,
      difference: sums.billed - sums.booked - sums.external - sums.unmatched,
    }));
}

function add(a: Sums, b: Partial<Sums>): Sums {
  return {
    ...a,
    billed: a.billed + (b.billed ?? 0),
    booked: a.booked + (b.booked ?? 0),
    external: a.external + (b.external ?? 0),
    unmatched: a.unmatched + (b.unmatched ?? 0),
    pending: a.pending + (b.pending ?? 0),
  };
}

function readEntryDays({ reports, sql }: Database, from: number, to: number) {
  // PostgreSQL sums whole numbers as decimals.
  const sum = (of: string) => sql<number>`cast(coalesce(sum(${sql.raw(of)}), 0) as bigint)`;
  const ofKind = (kind: string) => `case when e.kind = '${kind}' then e.points else 0 end`;
  const day = sql<number>`e.created_at / ${sql.lit(DAY_MS)}`;
  return reports
    .selectFrom('poe_entries as e')
    .leftJoin('calls as c', 'c.id', 'e.call_id')
    .select([
      day.as('day'),
      'e.account',
      sum('e.points').as('billed'),
      sum('c.points').as('booked'),
      sum(ofKind('external')).as('external'),
      sum(ofKind('pending')).as('pending'),
    ])
    .where('e.created_at', '>=', from)
    .where('e.created_at', '<', to)
    .groupBy([day, 'e.account'])
    .execute();
}

function readCallDays({ reports, sql }: Database, from: number, to: number) {
  const day = sql<number>`sent_at / ${sql.lit(DAY_MS)}`;
  return reports
    .selectFrom('calls')
    .select([
      day.as('day'),
      'account',
      sql<number>`cast(coalesce(sum(points), 0) as bigint)`.as('unmatched'),
    ])
    .where('query_id', 'is', null)
    .where('points', '<>', 0)
    .where('sent_at', '>=', from)
    .where('sent_at', '<', to)
    .groupBy([day, 'account'])
    .execute();
}

/** Requests whose calls nobody wrote down. */
async function readLostDays({ reports, sql }: Database, from: number, to: number) {
  const day = sql<number>`opened_at / ${sql.lit(DAY_MS)}`;
  const rows = await reports
    .selectFrom('requests')
    .select([day.as('day'), sql<number>`cast(coalesce(sum(points), 0) as bigint)`.as('unmatched')])
    .where('status', '=', 'lost')
    .where('points', '<>', 0)
    .where('opened_at', '>=', from)
    .where('opened_at', '<', to)
    .where((where) =>
      where.not(
        where.exists(
          where.selectFrom('calls').select('id').whereRef('request_id', '=', 'requests.id'),
        ),
      ),
    )
    .groupBy(day)
    .execute();
  return rows.map((row) => ({ ...row, account: null }));
}
