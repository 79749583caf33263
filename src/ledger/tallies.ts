import type { BudgetCalendar } from './budget-calendar.ts';
import type { Budget } from './budget.ts';
import { Tally } from './tally.ts';

/** An ended window is kept so long for what is settled or corrected late. */
export const KEPT_MS = 24 * 3600 * 1000;

/** The tallies of this instance: one a window of a budget, and one a key for its streams. */
export class Tallies {
  readonly #calendar: BudgetCalendar;
  readonly #byName = new Map<string, Tally>();
  /** By budget, that of the window that was asked for last. */
  readonly #recent = new Map<string, Tally>();
  readonly #streams = new Map<string, Tally>();

  constructor(calendar: BudgetCalendar) {
    this.#calendar = calendar;
  }

  of(budget: Budget, at: number): Tally {
    const recent = this.#recent.get(budget.id);
    const isRight = recent !== undefined && at >= recent.start && at < recent.end;
    const tally = isRight ? recent : this.#find(budget, at);
    tally.budget = budget;
    return tally;
  }

  ofStreams(keyId: string): Tally {
    const known = this.#streams.get(keyId);
    if (known) return known;
    const fresh = new Tally(`streams:${keyId}`, undefined, 0, Infinity);
    this.#streams.set(keyId, fresh);
    this.#byName.set(fresh.name, fresh);
    return fresh;
  }

  all(): Iterable<Tally> {
    return this.#byName.values();
  }

  prune(at: number): void {
    for (const [name, tally] of this.#byName) {
      if (tally.end + KEPT_MS > at || tally.held > 0) continue;
      this.#byName.delete(name);
      const id = tally.budget?.id ?? '';
      if (this.#recent.get(id) === tally) this.#recent.delete(id);
    }
  }

  #find(budget: Budget, at: number): Tally {
    const { start, end } = this.#calendar.windowOf(budget.period, at);
    const name = `${budget.id}:${start}`;
    const tally = this.#byName.get(name) ?? new Tally(name, budget, start, end);
    this.#byName.set(name, tally);
    this.#recent.set(budget.id, tally);
    return tally;
  }
}
