import type { RedisLink } from '../store/redis-link.ts';
import type { RedisScript } from '../store/redis-script.ts';
import { UNTOLD } from './admit-script.ts';
import type { Instance } from '../store/instance.ts';
import { LEASES_KEY, windowKeys } from './redis-keys.ts';
import { KEPT_MS, type Tallies } from './tallies.ts';
import type { Tally } from './tally.ts';
import { TELL_SCRIPT } from './tell-script.ts';

/** An instance that says nothing for so long holds nothing any more. */
export const LEASE_MS = 15_000;
const RENEW_MS = 5000;
/** Tallies in one command. A script holds up all of Redis: some ten thousand took longer than `RedisLink` waits. */
const MOST_AT_ONCE = 500;

export type Answer = readonly number[];

/**
 * Keeps Redis told of what this instance holds and spent. Nothing waits in a queue: what was not
 * told stays in the tallies, so there is never more of it than there are windows.
 *
 * What is held stands under the name of an incarnation. Each time it is unclear what Redis knows
 * (the lease ran out, the connection broke, data were lost), the next incarnation tells everything
 * in full and the last one is dead: what was still on its way in its name changes nothing.
 */
export class RedisTeller {
  /** Of this instance, in the list of leases. */
  incarnation: string;
  /** Living incarnations, this one included. */
  instances = 1;
  /** Until it is over Redis does not know all that is held here. Never fails. */
  beginning: Promise<void> | undefined;
  onSpent: (tally: Tally) => void = () => undefined;
  readonly #changed = new Set<Tally>();
  readonly #timer: NodeJS.Timeout;
  #leaseMs: number;
  #number = 0;
  #isDue = false;

  constructor(
    private readonly link: RedisLink,
    private readonly tallies: Tallies,
    private readonly instance: Instance,
    leaseMs = LEASE_MS,
  ) {
    this.#leaseMs = leaseMs;
    this.incarnation = `${instance.id}/0`;
    link.onReturn(() => this.begin());
    this.#timer = setInterval(() => {
      if (link.isUp) void this.renew(tallies.all());
    }, RENEW_MS).unref();
  }

  /**
   * Runs a script. `onAnswer` is called in the order in which the commands were sent, whatever the
   * script: the figures of this instance are right only if they follow Redis step by step.
   */
  send<T>(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
    onAnswer: (answer: Answer) => T,
  ): Promise<T> {
    const count = script.numberOfKeys === undefined ? [keys.length] : [];
    return this.link
      .run(script, ...count, ...keys, ...args)
      .then((answer) => onAnswer(answer as Answer));
  }

  /** The figures of the tally have changed. */
  note(tally: Tally): void {
    this.#changed.add(tally);
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#changed.size > 0 && this.link.isUp) void this.renew(this.#changed);
    });
  }

  /** A new incarnation; what was sent in the name of the one before changes nothing any more. */
  begin(): Promise<void> {
    const before = this.incarnation;
    this.#number += 1;
    this.incarnation = `${this.instance.id}/${this.#number}`;
    const all = [...this.tallies.all()];
    for (const tally of all) tally.unsent = tally.held;
    const telling = this.#tellAll(all, before);
    const beginning = telling.catch(noted).finally(() => {
      if (this.beginning === beginning) this.beginning = undefined;
    });
    this.beginning = beginning;
    return telling;
  }

  /** The answer to a command of the incarnation was that it is dead. */
  revive(incarnation: string): void {
    // Others may have had the same answer.
    if (incarnation === this.incarnation) this.begin().catch(noted);
  }

  /** Never fails: what could not be told is told by the next incarnation. */
  async renew(tallies: Iterable<Tally>): Promise<void> {
    await this.#tellAll([...tallies]).catch(noted);
  }

  /** The last word; what is still held is given up. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.link.isUp) await this.renew(this.tallies.all());
    this.#leaseMs = 0;
    if (this.link.isUp) await this.renew([]);
  }

  async #tellAll(tallies: readonly Tally[], before?: string): Promise<void> {
    await this.#tell(tallies.slice(0, MOST_AT_ONCE), before);
    for (let from = MOST_AT_ONCE; from < tallies.length; from += MOST_AT_ONCE) {
      await this.#tell(tallies.slice(from, from + MOST_AT_ONCE));
    }
  }

  #tell(tallies: readonly Tally[], before?: string): Promise<void> {
    const { incarnation } = this;
    const keys = [LEASES_KEY];
    const begins = before !== undefined;
    const how = begins ? 'begin' : 'renew';
    const args: (string | number)[] = [
      this.instance.id,
      incarnation,
      before ?? '',
      this.#leaseMs,
      how,
    ];
    const told: number[] = [];
    for (const tally of tallies) {
      this.#changed.delete(tally);
      keys.push(...windowKeys(tally));
      const spends = tally.budget && tally.isSeeded ? 1 : 0;
      args.push(spends, tally.unsent, tally.spent, expiryOf(tally));
      tally.unsent = 0;
      told.push(tally.spent);
    }
    return this.send(TELL_SCRIPT, keys, args, ([status, instances = 1, ...totals]) => {
      this.instances = Math.max(1, instances);
      if (status === UNTOLD) {
        this.revive(incarnation);
        return;
      }
      for (const [index, tally] of tallies.entries()) {
        const spent = told[index] ?? 0;
        if (!tally.budget || !tally.isSeeded) continue;
        tally.told = spent;
        const total = totals[index] ?? -1;
        if (total === -1) continue;
        tally.others = total - spent;
        this.onSpent(tally);
      }
    });
  }
}

/** ms UTC */
export function expiryOf({ end }: Tally): number {
  return (end === Infinity ? Date.now() : end) + KEPT_MS;
}

/** The link has logged it, and everything will be told when it is up again. */
function noted(): void {
  return undefined;
}
