import type { RedisLink } from '../store/redis-link.ts';
import { ADMIT_SCRIPT, ADMITTED, REFUSED, UNTOLD } from './admit-script.ts';
import { ADJUST_SCRIPT } from './adjust-script.ts';
import { CLAIM_SCRIPT } from './claim-script.ts';
import { Counters, StoreDown, type Line, type RateLine, type Refusal } from './counters.ts';
import type { LocalCounters } from './local-counters.ts';
import { usedOf, waitForRoom } from './minute-count.ts';
import { claimsKey, LEASES_KEY, rateKey, windowKeys } from './redis-keys.ts';
import type { RedisSeeds } from './redis-seeds.ts';
import { expiryOf, type Answer, type RedisTeller } from './redis-teller.ts';
import type { Tally } from './tally.ts';

/** A window that nobody knows, and a lease that ran out, in the worst case one after the other. */
const TRIES = 4;

type Decision = { readonly refusal: Refusal | undefined } | 'again' | 'seed';

/** Counts together with all other instances: one command of Redis for each admission. */
export class RedisCounters extends Counters {
  constructor(
    private readonly link: RedisLink,
    private readonly teller: RedisTeller,
    private readonly seeds: RedisSeeds,
    /** Counts while Redis is away. */
    private readonly local: LocalCounters,
    private readonly whenDown: 'refuse' | 'local',
  ) {
    super();
    teller.onSpent = (tally) => {
      this.onSpent(tally);
    };
  }

  override async admit(
    lines: readonly Line[],
    rates: readonly RateLine[],
    now: number,
  ): Promise<Refusal | undefined> {
    try {
      if (!this.link.isUp) throw new StoreDown();
      return await this.#admitTogether(lines, rates);
    } catch (error) {
      if (this.whenDown === 'refuse') {
        throw error instanceof StoreDown ? error : new StoreDown({ cause: error });
      }
      return this.#admitAlone(lines, rates, now);
    }
  }

  override release(tally: Tally, amount: number): void {
    tally.held -= amount;
    tally.unsent -= amount;
    this.teller.note(tally);
  }

  override book(tally: Tally, points: number): void {
    tally.spent += points;
    this.teller.note(tally);
    this.onSpent(tally);
  }

  override bookForeign(tally: Tally, points: number): void {
    if (tally.isSeeded) {
      this.book(tally, points);
      return;
    }
    tally.early += points;
    // It stays where it is until the window is seeded, now or when it is next asked for.
    if (this.link.isUp) this.seeds.seed(tally).catch(() => undefined);
  }

  override adjust(rate: RateLine, delta: number): void {
    this.local.adjust(rate, delta);
    if (!this.link.isUp || rate.minute === undefined) return;
    const args = [rate.minute, delta];
    // In a minute it will not matter any more: it is not tried again.
    this.teller.send(ADJUST_SCRIPT, [rateKey(rate)], args, () => undefined).catch(() => undefined);
  }

  override claim(tally: Tally, what: string): Promise<boolean> {
    const args = [what, expiryOf(tally)];
    // Truly a number and no list.
    const isFirst = (answer: unknown) => answer === 1;
    return this.teller.send(CLAIM_SCRIPT, [claimsKey(tally)], args, isFirst);
  }

  override close(): Promise<void> {
    return Promise.all([this.teller.close(), this.local.close()]).then(() => undefined);
  }

  async #admitTogether(
    lines: readonly Line[],
    rates: readonly RateLine[],
  ): Promise<Refusal | undefined> {
    await this.#seed(lines.filter(({ tally }) => !tally.isSeeded));
    for (let tried = 0; tried < TRIES; tried++) {
      while (this.teller.beginning) await this.teller.beginning;
      const decision = await this.#ask(lines, rates);
      if (typeof decision === 'object') return decision.refusal;
      if (decision === 'seed') await this.#seed(lines.filter(({ tally }) => tally.budget));
    }
    throw new StoreDown();
  }

  async #seed(lines: readonly Line[]): Promise<void> {
    if (lines.length > 0) await Promise.all(lines.map(({ tally }) => this.seeds.seed(tally)));
  }

  #ask(lines: readonly Line[], rates: readonly RateLine[]): Promise<Decision> {
    const { incarnation } = this.teller;
    const keys = [LEASES_KEY];
    const args: (string | number)[] = [incarnation, lines.length];
    for (const { tally, limit, amount } of lines) {
      keys.push(...windowKeys(tally));
      args.push(tally.budget ? 1 : 0, limit, amount, expiryOf(tally));
    }
    for (const rate of rates) {
      keys.push(rateKey(rate));
      args.push(rate.limit, rate.amount);
    }
    return this.teller.send(ADMIT_SCRIPT, keys, args, (answer) =>
      this.#decide(lines, rates, incarnation, answer),
    );
  }

  #decide(
    lines: readonly Line[],
    rates: readonly RateLine[],
    incarnation: string,
    [status, instances = 1, by = 0, minute = 0, ...figures]: Answer,
  ): Decision {
    this.teller.instances = Math.max(1, instances);
    if (status === UNTOLD) {
      this.teller.revive(incarnation);
      return 'again';
    }
    if (status !== ADMITTED && status !== REFUSED) return 'seed';
    for (const [index, { tally, amount }] of lines.entries()) {
      tally.others = (figures[2 * index] ?? 0) - tally.told;
      const ownHeld = tally.held - tally.unsent;
      tally.heldByOthers = Math.max(0, (figures[2 * index + 1] ?? 0) - ownHeld);
      if (status === ADMITTED) this.#hold(tally, amount, incarnation);
    }
    if (status === REFUSED) return { refusal: refusalOf(lines, rates, by - 1, figures) };
    for (const rate of rates) rate.minute = minute;
    return { refusal: undefined };
  }

  #hold(tally: Tally, amount: number, incarnation?: string): void {
    tally.held += amount;
    if (incarnation === this.teller.incarnation) return;
    tally.unsent += amount;
    this.teller.note(tally);
  }

  async #admitAlone(
    lines: readonly Line[],
    rates: readonly RateLine[],
    now: number,
  ): Promise<Refusal | undefined> {
    const refusal = await this.local.admit(lines, rates, now, this.teller.instances);
    if (refusal) return refusal;
    // It is counted in the tally already.
    for (const { tally, amount } of lines) {
      tally.unsent += amount;
      this.teller.note(tally);
    }
    return undefined;
  }
}

function refusalOf(
  lines: readonly Line[],
  rates: readonly RateLine[],
  index: number,
  figures: readonly number[],
): Refusal {
  const line = lines[index];
  if (line) return { line, spent: figures[2 * index] ?? 0, held: figures[2 * index + 1] ?? 0 };
  const rate = rates[index - lines.length];
  if (!rate) throw new Error('Redis refused something that it was not asked');
  const [current = 0, previous = 0, elapsed = 0] = figures.slice(
    2 * lines.length + 3 * (index - lines.length),
  );
  const count = { current, previous, elapsed };
  return { rate, used: usedOf(count), waitMs: waitForRoom(count, rate.limit, rate.amount) };
}
