import type { Subscriber } from 'rxjs';
import type { PacingConfig, PoeKey } from '../../config/config.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { CallCaps } from './call-caps.ts';
import { FairLine } from './fair-line.ts';
import type { KeyPool } from './key-pool.ts';
import { isOpen, type PooledAccount, type PooledKey } from './pooled-key.ts';
import { TurnRefused, type RefusalReason } from './turn-refused.ts';
import type { Asker, Turn } from './turn.ts';

/** Who is refused and comes again at once would only be refused again. */
const LEAST_RETRY_AFTER_MS = 1000;

export interface Waiter extends Asker {
  readonly without: ReadonlySet<PoeKey> | undefined;
  /** ms of `performance.now()` */
  readonly giveUpAt: number;
  readonly subscriber: Subscriber<Turn>;
}

interface UsageWaiter {
  readonly account: PooledAccount;
  readonly go: () => void;
}

/** The calls that wait, and which of them is next, given the keys and the caps. */
export class WaitingCalls {
  readonly chat = new FairLine<Waiter>();
  readonly #usage: UsageWaiter[] = [];

  constructor(
    private readonly pool: KeyPool,
    private readonly caps: CallCaps,
    private readonly config: PacingConfig,
    private readonly metrics: Metrics,
  ) {}

  get isEmpty(): boolean {
    return this.chat.size === 0 && this.#usage.length === 0;
  }

  addUsage(account: PooledAccount, go: () => void): void {
    this.#usage.push({ account, go });
  }

  /** The account that the next call in turn would be made on; undefined: none can be made now. */
  nextAccount(now: number): PooledAccount | undefined {
    const usage = this.#usage.find(({ account }) => isOpen(account, now));
    if (usage) return usage.account;
    if (!this.pool.accounts.some((account) => isOpen(account, now))) return undefined;
    const keyFor = ({ without }: Waiter) => this.pool.pick(without, now);
    const [next] = this.#ready(1, (waiter) => keyFor(waiter) !== undefined);
    return next && keyFor(next)?.account;
  }

  /** How many calls could be made on the account now, if its window allows them. */
  wanted(account: PooledAccount, now: number): number {
    const { mostAtOnce } = account.window;
    if (mostAtOnce === 1) return 1;
    const usage = this.#usage.filter((one) => one.account === account).length;
    const fits = ({ without }: Waiter) => this.pool.pick(without, now, account) !== undefined;
    return Math.min(mostAtOnce, usage + this.#ready(mostAtOnce, fits).length);
  }

  /** Calls up one for a request that the account's window has counted, if anybody is left for it. */
  next(account: PooledAccount, now: number): (() => void) | [Waiter, PooledKey] | undefined {
    const usage = this.#usage.findIndex((one) => one.account === account);
    if (usage >= 0) return this.#usage.splice(usage, 1)[0]?.go;
    const keyFor = ({ without }: Waiter) => this.pool.pick(without, now, account);
    const [waiter] = this.#ready(1, (one) => keyFor(one) !== undefined);
    const key = waiter && keyFor(waiter);
    if (!key) return undefined;
    this.chat.serve(waiter);
    return [waiter, key];
  }

  /** Those who have waited long enough, and some of those who are too many. */
  refuseSome(now: number): void {
    for (let one = this.chat.oldest; one && one.giveUpAt <= now; one = this.chat.oldest) {
      this.chat.remove(one);
      one.subscriber.error(this.#refusal(one, 'timeout', now));
    }
    for (const late of this.chat.beyond(this.config.maxWaiting)) {
      late.subscriber.error(this.#refusal(late, 'queue_full', now));
    }
  }

  /** All but the calls of the Usage API. */
  refuseAll(toError: () => Error): void {
    for (let one = this.chat.oldest; one; one = this.chat.oldest) {
      this.chat.remove(one);
      one.subscriber.error(toError());
    }
  }

  /** When something may be possible, or due, that is not now; Infinity if nobody waits. */
  nextChange(now: number): number {
    if (this.isEmpty) return Infinity;
    return Math.min(this.chat.oldest?.giveUpAt ?? Infinity, this.pool.nextChange(now));
  }

  #refusal({ caller }: Waiter, reason: RefusalReason, now: number): TurnRefused {
    this.metrics.queueRefused.inc({ reason });
    const waitMs = Math.ceil(this.pool.likelyWaitMs(this.chat.size, now));
    const lack = this.caps.lackOf(caller) ?? 'requests';
    return new TurnRefused(reason, lack, Math.max(LEAST_RETRY_AFTER_MS, waitMs));
  }

  #ready(most: number, fits: (waiter: Waiter) => boolean): Waiter[] {
    const { room } = this.caps;
    if (room <= 0) return [];
    return this.chat.ready(Math.min(most, room), (caller) => this.caps.roomOf(caller), fits);
  }
}
