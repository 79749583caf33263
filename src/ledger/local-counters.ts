import { Counters, StoreDown, type Line, type RateLine, type Refusal } from './counters.ts';
import type { LedgerSeeds } from './ledger-seeds.ts';
import { LocalRates } from './local-rates.ts';
import { usedOf, waitForRoom } from './minute-count.ts';
import type { Tallies } from './tallies.ts';
import type { Tally } from './tally.ts';

const PRUNE_MS = 60_000;

/** The counters of a gateway that is alone; admits in one step, without waiting. */
export class LocalCounters extends Counters {
  readonly #rates = new LocalRates();
  readonly #seeds: LedgerSeeds;
  readonly #whenDown: 'refuse' | 'local';
  readonly #timer: NodeJS.Timeout;

  constructor(seeds: LedgerSeeds, tallies: Tallies, whenDown: 'refuse' | 'local') {
    super();
    this.#seeds = seeds;
    this.#whenDown = whenDown;
    this.#timer = setInterval(() => {
      tallies.prune(Date.now());
    }, PRUNE_MS).unref();
  }

  /** `instances`: so many share what is left, none knowing of the others. */
  override admit(
    lines: readonly Line[],
    rates: readonly RateLine[],
    now: number,
    instances = 1,
  ): Refusal | undefined | Promise<Refusal | undefined> {
    for (const { tally } of lines) {
      if (tally.isSeeded) continue;
      const seeding = this.#seed(tally);
      if (seeding) {
        return this.#seedAll(lines, seeding).then(() => this.#admit(lines, rates, now, instances));
      }
    }
    return this.#admit(lines, rates, now, instances);
  }

  override release(tally: Tally, amount: number): void {
    tally.held -= amount;
  }

  override book(tally: Tally, points: number): void {
    tally.spent += points;
    this.onSpent(tally);
  }

  override bookForeign(tally: Tally, points: number): void {
    // What is not seeded yet finds the correction on the ledger.
    if (tally.isSeeded) this.book(tally, points);
  }

  override adjust(rate: RateLine, delta: number): void {
    this.#rates.adjust(rate, delta);
  }

  override claim(): boolean {
    return true;
  }

  override close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #seedAll(lines: readonly Line[], first: Promise<void>): Promise<void> {
    await first;
    for (const { tally } of lines) if (!tally.isSeeded) await this.#seed(tally);
  }

  #seed(tally: Tally): void | Promise<void> {
    return this.#seeds.seed(tally)?.catch((error: unknown) => {
      // Then this instance's own figures have to do.
      if (!(error instanceof StoreDown) || this.#whenDown === 'refuse') throw error;
    });
  }

  #admit(
    lines: readonly Line[],
    rates: readonly RateLine[],
    now: number,
    instances: number,
  ): Refusal | undefined {
    for (const line of lines) {
      const { tally } = line;
      if (line.amount > 0 && !fits(line, instances)) {
        return { line, spent: tally.total, held: tally.held };
      }
    }
    for (const rate of rates) {
      const limit = instances === 1 ? rate.limit : atLeastOne(rate.limit / instances);
      if (!this.#rates.hasRoom(rate, limit, now)) {
        const count = this.#rates.count(rate, now);
        return { rate, used: usedOf(count), waitMs: waitForRoom(count, limit, rate.amount) };
      }
    }
    for (const { tally, amount } of lines) tally.held += amount;
    for (const rate of rates) this.#rates.add(rate, now);
    return undefined;
  }
}

/** Of what all had left when they last knew of each other, each may take its share. */
function fits({ tally, limit, amount }: Line, instances: number): boolean {
  if (!tally.budget && instances > 1) {
    return tally.held + amount <= atLeastOne(limit / instances);
  }
  const since = tally.spent - tally.told + tally.held + amount;
  return since * instances <= limit - tally.others - tally.told;
}

/** Streams and requests are not money: no key is shut out for want of a whole share. */
function atLeastOne(share: number): number {
  return Math.max(1, Math.floor(share));
}
