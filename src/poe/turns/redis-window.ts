import { randomUUID } from 'node:crypto';
import type { RedisLink } from '../../store/redis-link.ts';
import type { LocalWindow } from './local-window.ts';
import type { RequestWindow, Taken } from './request-window.ts';
import { TAKE_SCRIPT } from './take-script.ts';

const MICROSECONDS = 1000;

/**
 * Counts the requests of all replicas together, and those of this one besides: whatever becomes of
 * Redis, this one alone keeps to the limit, and tells what it did when Redis is back.
 */
export class RedisWindow implements RequestWindow {
  readonly mostAtOnce = 64;
  readonly limit: number;
  /** Tells this process from others, in the numbers of requests. */
  readonly #owner = randomUUID();
  readonly #link: RedisLink;
  readonly #key: string;
  readonly #own: LocalWindow;
  /** How many of all the own requests Redis was told of. */
  #told = 0;

  constructor(link: RedisLink, key: string, own: LocalWindow) {
    this.#link = link;
    this.#key = key;
    this.#own = own;
    this.limit = own.limit;
    link.onReturn(() => {
      const now = performance.now();
      return this.#ask(0, own.ages(now));
    });
  }

  used(now: number): number {
    return this.#own.used(now);
  }

  take(wanted: number, now: number): Taken | Promise<Taken> {
    const room = this.limit - this.#own.used(now);
    if (room === 0 || !this.#link.isUp) return this.#own.take(wanted, now);
    return this.#takeShared(wanted, Math.min(wanted, room), now);
  }

  /** Never fails, and has answered when the link's patience is over. */
  async #takeShared(wanted: number, asked: number, now: number): Promise<Taken> {
    const own = this.#own;
    try {
      const untold = own.total - this.#told;
      const [count, waitMs] = await this.#ask(
        asked,
        untold > 0 ? own.ages(now).slice(-untold) : [],
      );
      own.record(count, performance.now());
      this.#told = own.total;
      // What is missing for want of own room is asked for again, and refused with its own wait.
      return { count, waitMs: count === wanted ? 0 : Math.max(1, waitMs) };
    } catch {
      return own.take(wanted, performance.now());
    }
  }

  async #ask(wanted: number, agesToTell: readonly number[]): Promise<[number, number]> {
    const { total, windowMs } = this.#own;
    const answer = await this.#link.run(
      TAKE_SCRIPT,
      this.#key,
      // A request goes out up to so much later than it is counted.
      (windowMs + this.#link.answerMs) * MICROSECONDS,
      this.limit,
      wanted,
      this.#owner,
      total,
      ...agesToTell.map((age) => Math.round(age * MICROSECONDS)),
    );
    this.#told = total;
    return answer as [number, number];
  }
}
