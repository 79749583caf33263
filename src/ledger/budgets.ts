import type { OnApplicationShutdown } from '@nestjs/common';
import type { KeyLimits } from '../keys/roster.ts';
import { admitOrThrow } from './admit-or-throw.ts';
import { BudgetHold } from './budget-hold.ts';
import type { Budget, BudgetBook, Spender } from './budget.ts';
import type { Counters, Line, RateLine } from './counters.ts';
import type { Standing } from './standing.ts';
import { KEPT_MS, type Tallies } from './tallies.ts';
import { toHold } from './to-points.ts';

/** A request that is about to be made. */
export interface Wish {
  readonly spender: Spender;
  readonly limits: Partial<KeyLimits>;
  /** Its estimated cost. */
  readonly points: number;
  /** As far as they are estimated, of the prompt and the answer. */
  readonly tokens: number;
  readonly isStream: boolean;
  /** ms UTC; as on its ledger row, or what was spent would be sought in another window. */
  readonly openedAt: number;
}

type BudgetUse = Pick<Budget, 'scope' | 'subject' | 'period'> & { readonly ratio: number };

/** Budgets that are looked up in one command, which all others wait for. */
const MOST_AT_ONCE = 100;
const NO_RATES: readonly RateLine[] = [];

/** Budgets and limits of keys: who may spend, and what is booked for it. */
export class Budgets implements OnApplicationShutdown {
  readonly #book: BudgetBook;
  readonly #tallies: Tallies;
  readonly #counters: Counters;

  constructor(book: BudgetBook, tallies: Tallies, counters: Counters) {
    this.#book = book;
    this.#tallies = tallies;
    this.#counters = counters;
  }

  /**
   * Holds the points in all budgets that apply and counts the request against the key's limits, or
   * does nothing. Whoever gets a hold has to settle or release it, also when it comes too late for a
   * client that has left. Answers at once where no store has to be asked.
   * @throws ApiError, also as the promise's: 402, 429, or 503 while the store is down
   */
  admit(wish: Wish): BudgetHold | Promise<BudgetHold> {
    const { spender, openedAt } = wish;
    const linesFor = (other: Spender, points: number) => this.#linesFor(other, points, openedAt);
    const lines = linesFor(spender, toHold(wish.points));
    const stream = this.#streamOf(wish);
    const rates = ratesOf(wish);
    const hold = () =>
      new BudgetHold(this.#counters, linesFor, { spender, openedAt, lines, stream, rates });
    const all = stream ? [...lines, stream] : lines;
    if (all.length === 0 && rates.length === 0) return hold();
    const waiting = admitOrThrow(this.#counters, all, rates, openedAt);
    return waiting ? waiting.then(hold) : hold();
  }

  /**
   * The ledger says something else than was settled for a request of the past, of this instance or
   * another: `points` more, or less if below 0. Its row has to be corrected before, and its hold must
   * correct nothing after. Windows that ended long ago are left alone: nobody asks for them.
   */
  correct(spender: Spender, openedAt: number, points: number, now: number): void {
    for (const budget of this.#book.budgetsFor(spender)) {
      const tally = this.#tallies.of(budget, openedAt);
      if (tally.end + KEPT_MS > now) this.#counters.bookForeign(tally, points);
    }
  }

  /** How things stand for a spender, as far as this instance knows at the moment. */
  standing(spender: Spender, now: number): Standing[] {
    return this.#book.budgetsFor(spender).map((budget) => this.#standingOf(budget, now));
  }

  /**
   * The same over all instances, for a spender or of all budgets.
   * @throws ApiError, as the promise's: 503 while the store is down
   */
  async readStanding(of: Spender | 'all', now: number): Promise<Standing[]> {
    const budgets = of === 'all' ? this.#book.all : this.#book.budgetsFor(of);
    const lines = budgets.map((budget) => this.#lineOf(budget, 0, now));
    for (let from = 0; from < lines.length; from += MOST_AT_ONCE) {
      const some = lines.slice(from, from + MOST_AT_ONCE);
      await admitOrThrow(this.#counters, some, NO_RATES, now);
    }
    return budgets.map((budget) => this.#standingOf(budget, now));
  }

  /** Of every budget that was asked for in its current window, the part that is spent. */
  used(now: number): BudgetUse[] {
    return this.#book.all.flatMap((budget) => {
      const tally = this.#tallies.of(budget, now);
      if (!tally.isSeeded) return [];
      const { scope, subject, period, points } = budget;
      // Of nothing, all is used.
      return { scope, subject, period, ratio: points > 0 ? tally.total / points : 1 };
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#counters.close();
  }

  #linesFor(spender: Spender, amount: number, openedAt: number): Line[] {
    return this.#book.budgetsFor(spender).map((budget) => this.#lineOf(budget, amount, openedAt));
  }

  #lineOf(budget: Budget, amount: number, at: number): Line {
    return { tally: this.#tallies.of(budget, at), limit: budget.points, amount };
  }

  #standingOf(budget: Budget, now: number): Standing {
    const { total, held, heldByOthers, end } = this.#tallies.of(budget, now);
    return { budget, spent: total, held: held + heldByOthers, resetsAt: end };
  }

  #streamOf({ spender, limits, isStream }: Wish): Line | undefined {
    const { maxStreams } = limits;
    if (!isStream || maxStreams === undefined) return undefined;
    return { tally: this.#tallies.ofStreams(spender.keyId), limit: maxStreams, amount: 1 };
  }
}

function ratesOf({ spender: { keyId }, limits, tokens }: Wish): readonly RateLine[] {
  const { requestsPerMinute, tokensPerMinute } = limits;
  if (requestsPerMinute === undefined && tokensPerMinute === undefined) return NO_RATES;
  const rates: RateLine[] = [];
  if (requestsPerMinute !== undefined) {
    rates.push({ kind: 'requests', keyId, limit: requestsPerMinute, amount: 1 });
  }
  if (tokensPerMinute !== undefined) {
    const amount = Math.ceil(tokens);
    rates.push({ kind: 'tokens', keyId, limit: tokensPerMinute, amount });
  }
  return rates;
}
