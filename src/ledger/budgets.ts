import type { OnApplicationShutdown } from '@nestjs/common';
import { admitOrThrow } from './admit-or-throw.ts';
import { BudgetHold } from './budget-hold.ts';
import type { BudgetBook, Spender } from './budget.ts';
import type { Counters, Line, RateLine } from './counters.ts';
import { KEPT_MS, type Tallies } from './tallies.ts';
import { toHold } from './to-points.ts';

/** Of a key; what is absent has no limit. */
export interface SpenderLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly maxStreams?: number;
}

/** A request that is about to be made. */
export interface Wish {
  readonly spender: Spender;
  readonly limits: SpenderLimits;
  /** Its estimated cost. */
  readonly points: number;
  /** As far as they are estimated, of the prompt and the answer. */
  readonly tokens: number;
  readonly isStream: boolean;
  /** ms UTC; as on its ledger row, or what was spent would be sought in another window. */
  readonly openedAt: number;
}

/** How things stand with one budget in its current window; points. */
export interface Standing {
  readonly id: string;
  readonly scope: string;
  readonly subject: string;
  readonly period: string;
  readonly limit: number;
  readonly spent: number;
  /** ms UTC */
  readonly resetsAt: number;
}

type BudgetUse = Pick<Standing, 'scope' | 'subject' | 'period'> & { readonly ratio: number };

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
    const hold = () => new BudgetHold(this.#counters, linesFor, { spender, lines, stream, rates });
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
    return this.#book.budgetsFor(spender).map((budget) => {
      const { total, end } = this.#tallies.of(budget, now);
      const { id, scope, subject, period, points } = budget;
      return { id, scope, subject, period, limit: points, spent: total, resetsAt: end };
    });
  }

  /** Of every budget that was asked for in its current window, the part that is spent. */
  used(now: number): BudgetUse[] {
    return Array.from(this.#tallies.current(now), ({ budget, total }) => {
      const { scope, subject, period, points } = budget;
      // Of nothing, all is used.
      return { scope, subject, period, ratio: points > 0 ? total / points : 1 };
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#counters.close();
  }

  #linesFor(spender: Spender, amount: number, openedAt: number): Line[] {
    return this.#book.budgetsFor(spender).map((budget) => ({
      tally: this.#tallies.of(budget, openedAt),
      limit: budget.points,
      amount,
    }));
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
