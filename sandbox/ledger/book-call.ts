import type { SeededRandom } from '../random.ts';
import { bill, type BilledTokens, usdText } from './bill.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerRow } from './ledger-row.ts';
import type { Rates } from './rates.ts';

/** Ways in which Poe's ledger disappoints whoever looks for the row of a call. */
export const LEDGER_KNOBS = [
  'missing',
  'late',
  'zero-first',
  'negative',
  'duplicate',
  'swapped',
] as const;

export type LedgerKnob = (typeof LEDGER_KNOBS)[number];

/** Milliseconds. */
const LATE_BY = 5 * 60_000;
/** Milliseconds; observed: between 6 and 14 s until a row of 0 points had its cost. */
const ZERO_FOR = 6_000;
/** Milliseconds; more than lies between two calls of one client that waits for each answer. */
const SWAPPED_BY = 2_000;

export interface CallToBook {
  /** Counts the calls of this sandbox; ids and delays are drawn from it. */
  readonly number: number;
  readonly botName: string;
  readonly rates: Rates;
  readonly tokens: BilledTokens;
  readonly keyName: string;
  /** Milliseconds on Poe's clock, both. */
  readonly arrivedAt: number;
  readonly endedAt: number;
  readonly lagRangeMs: readonly [minimum: number, maximum: number];
  readonly lagMs: number | undefined;
  readonly zeroMs: number | undefined;
  readonly knob: LedgerKnob | undefined;
}

export interface Booking {
  readonly queryId: string;
  readonly points: number;
}

export function bookCall(ledger: Ledger, random: SeededRandom, call: CallToBook): Booking {
  const row = rowOf(random, call);
  const lag = call.lagMs ?? defaultLag(random, call);
  const visibleAt = call.endedAt + lag;
  const shift = call.knob === 'swapped' ? SWAPPED_BY * 1000 : 0;
  const entry = {
    row,
    visibleAt: call.knob === 'missing' ? Infinity : visibleAt,
    finalAt: visibleAt + (call.knob === 'zero-first' ? (call.zeroMs ?? ZERO_FOR) : 0),
    position: row.creation_time - shift,
  };
  ledger.book(entry);
  if (call.knob === 'duplicate') {
    const twin = { ...row, query_id: queryId(random, call.number, 'twin') };
    ledger.book({ ...entry, row: twin });
  }
  return { queryId: row.query_id, points: row.cost_points };
}

/** The observed form: 18 characters, a common prefix, no order in time. */
export function queryId(random: SeededRandom, ...purpose: (string | number)[]): string {
  return `ahb${random.base36(15, 'query id', ...purpose)}`;
}

function rowOf(random: SeededRandom, call: CallToBook): LedgerRow {
  const { points, usd, breakdown } = bill(call.rates, call.tokens);
  const refund = call.knob === 'negative';
  return {
    creation_time: creationTime(random, call),
    bot_name: call.botName,
    query_id: queryId(random, call.number),
    usage_type: 'API',
    cost_usd: refund ? usdText(-points) : usd,
    cost_points: refund ? -points : points,
    cost_breakdown_in_points: refund ? { Total: `-${points} points` } : breakdown,
    api_key_name: call.keyName,
  };
}

/** Observed: the request's arrival plus 12 to 79 ms, in microseconds, however long the call took. */
function creationTime(random: SeededRandom, call: CallToBook): number {
  const delay = random.integer(12_000, 79_000, 'creation time', call.number);
  return Math.round(call.arrivedAt * 1000) + delay;
}

function defaultLag(random: SeededRandom, call: CallToBook): number {
  if (call.knob === 'late') return LATE_BY;
  const [minimum, maximum] = call.lagRangeMs;
  return random.integer(minimum, maximum, 'ledger lag', call.number);
}
