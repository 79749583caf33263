import type { BudgetPeriod } from './budget.ts';

/** ms UTC; the end is the start of the next. */
export interface BudgetWindow {
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 24 * 3600 * 1000;
/** More than any zone is away from UTC. */
const FARTHEST_MS = 36 * 3600 * 1000;

/**
 * Days, ISO weeks (from Monday) and months of a time zone. A day begins when the zone's calendar
 * shows it, which is not always at midnight, and need not last 24 hours.
 */
export class BudgetCalendar {
  readonly #format: Intl.DateTimeFormat;
  /** The last window asked for: time mostly goes on in the same. */
  readonly #last = new Map<BudgetPeriod, BudgetWindow>();

  /** @throws RangeError when there is no such zone */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
  }

  windowOf(period: BudgetPeriod, at: number): BudgetWindow {
    const last = this.#last.get(period);
    if (last && at >= last.start && at < last.end) return last;
    const [first, next] = daysOf(period, this.#dayAt(at));
    const window = { start: this.#startOf(first), end: this.#startOf(next) };
    this.#last.set(period, window);
    return window;
  }

  /** The first ms of the day, or of the next one that this zone did not leave out. */
  #startOf(day: number): number {
    let before = day * DAY_MS - FARTHEST_MS;
    let since = day * DAY_MS + FARTHEST_MS;
    while (since - before > 1) {
      const middle = Math.floor((before + since) / 2);
      if (this.#dayAt(middle) >= day) since = middle;
      else before = middle;
    }
    return since;
  }

  /** Days from 1970-01-01 to the date that the zone's calendar shows. */
  #dayAt(at: number): number {
    const date = { year: 0, month: 0, day: 0 };
    for (const { type, value } of this.#format.formatToParts(at)) {
      if (type in date) date[type as keyof typeof date] = Number(value);
    }
    return Date.UTC(date.year, date.month - 1, date.day) / DAY_MS;
  }
}

/** The period's first day, and the first day of the next. */
function daysOf(period: BudgetPeriod, day: number): [number, number] {
  if (period === 'day') return [day, day + 1];
  if (period === 'week') {
    // 1970-01-01 was a Thursday.
    const monday = day - ((day + 3) % 7);
    return [monday, monday + 7];
  }
  const date = new Date(day * DAY_MS);
  const month = (offset: number) =>
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1) / DAY_MS;
  return [month(0), month(1)];
}
