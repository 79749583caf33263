import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { PacingConfig, type PoeKey } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { Drain } from '../../observability/drain.ts';
import { Metrics } from '../../observability/metrics.ts';
import { ReadinessDetail } from '../../observability/readiness-detail.ts';
import { PoeAccounts } from '../poe-accounts.ts';
import { Alarm } from './alarm.ts';
import { CallCaps } from './call-caps.ts';
import { KeyPool } from './key-pool.ts';
import type { PooledAccount, PooledKey } from './pooled-key.ts';
import { RequestSupply } from './request-supply.ts';
import { RequestWindows } from './request-windows.ts';
import { RunningTurn } from './running-turn.ts';
import type { SetAsideReason } from './set-aside.ts';
import type { Asker, Turn } from './turn.ts';
import { WaitingCalls, type Waiter } from './waiting-calls.ts';

/**
 * Who may call Poe when, and with which key: no account gets more requests in any minute than it
 * may, no more calls run at a time than may, and what is beyond waits in one fair line.
 */
@Injectable()
export class Turns implements OnApplicationShutdown {
  readonly #pool: KeyPool;
  readonly #caps: CallCaps;
  readonly #waiting: WaitingCalls;
  readonly #supply: RequestSupply;
  readonly #alarm: Alarm;
  #serving = false;
  #again = false;
  #isClosed = false;
  readonly #changed = () => {
    if (!this.#waiting.isEmpty) this.#serve();
  };

  constructor(
    accounts: PoeAccounts,
    windows: RequestWindows,
    private readonly config: PacingConfig,
    metrics: Metrics,
    drain: Drain,
    detail: ReadinessDetail,
  ) {
    detail.add('poe', () => this.state);
    this.#pool = new KeyPool(accounts.all, (account) => windows.of(account));
    this.#caps = new CallCaps(config);
    this.#waiting = new WaitingCalls(this.#pool, this.#caps, config, metrics);
    const serve = () => {
      this.#serve();
    };
    this.#supply = new RequestSupply(this.#pool, serve);
    this.#alarm = new Alarm(serve);
    metrics.turns = () => ({
      waiting: this.#waiting.chat.size,
      keysSetAside: this.#pool.keysAside(performance.now()).length,
    });
    // Hears of it before the answers do: each that ends would hand its turn to one who waits,
    // whose call would then be ended, and booked, as well.
    drain.expired$.subscribe(() => {
      this.#isClosed = true;
      this.#waiting.refuseAll(catalogue.shuttingDown);
      this.#serve();
    });
  }

  /**
   * Emits one turn and completes, at once where there is room; fails with TurnRefused, or with an
   * ApiError once the grace of the drain is over. Whoever unsubscribes leaves the line. Keys in
   * `without` are not given.
   */
  take(asker: Asker, without?: ReadonlySet<PoeKey>): Observable<Turn> {
    return new Observable((subscriber) => {
      if (this.#isClosed) throw catalogue.shuttingDown();
      const turn = this.#takeAtOnce(asker.caller, without);
      if (!turn) return this.#wait(asker, without, subscriber);
      subscriber.next(turn);
      subscriber.complete();
      return undefined;
    });
  }

  /**
   * Resolves when a call of the Usage API may go out. It counts as a request of the account and
   * goes before all chat calls, but takes no place among those that run.
   */
  takeForUsage(name: string): Promise<void> {
    const account = this.#pool.accounts.find((one) => one.account.name === name);
    if (!account) return Promise.reject(new Error(`there is no Poe account ${name}`));
    return new Promise((resolve) => {
      this.#waiting.addUsage(account, resolve);
      this.#serve();
    });
  }

  /** Poe refused a call that was made with `key`. */
  setAside(key: PoeKey, why: SetAsideReason, retryAfterMs?: number): void {
    this.#pool.setAside(key, why, performance.now(), retryAfterMs);
    this.#changed();
  }

  /** Whether a key that is none of these, and not set aside, could be given at once. */
  hasOther(without: ReadonlySet<PoeKey>): boolean {
    return this.#pool.hasOther(without, performance.now());
  }

  get state() {
    return {
      waiting: this.#waiting.chat.size,
      running: this.#caps.running,
      accounts: this.#pool.state(performance.now()),
    };
  }

  onApplicationShutdown(): void {
    this.#alarm.clear();
  }

  /** Past the line, if nobody is in it. */
  #takeAtOnce(caller: string, without: ReadonlySet<PoeKey> | undefined): Turn | undefined {
    // While turns are given out, what is in hand is not for those who come just then.
    if (this.#serving || !this.#waiting.isEmpty || this.#caps.lackOf(caller)) return undefined;
    const now = performance.now();
    while (!this.#supply.isAsking) {
      const key = this.#pool.pick(without, now);
      if (!key) break;
      this.#supply.ask(key.account, 1, now);
      if (this.#supply.takeInHand()) return this.#begin(key, caller);
    }
    return undefined;
  }

  #wait(
    { caller, address }: Asker,
    without: ReadonlySet<PoeKey> | undefined,
    subscriber: Subscriber<Turn>,
  ): () => void {
    const giveUpAt = performance.now() + this.config.maxWaitMs;
    const waiter: Waiter = { caller, address, without, giveUpAt, subscriber };
    this.#waiting.chat.add(waiter);
    this.#serve();
    return () => {
      if (this.#waiting.chat.remove(waiter) && this.#waiting.isEmpty) this.#alarm.clear();
    };
  }

  /** Does all that can be done now. What comes of it, such as calls that end, is done in turn. */
  #serve(): void {
    this.#again = true;
    if (this.#serving) return;
    this.#serving = true;
    let now = 0;
    while (this.#again) {
      this.#again = false;
      do now = performance.now();
      while (this.#step(now));
      if (!this.#supply.isAsking) this.#waiting.refuseSome(now);
    }
    this.#serving = false;
    // By the same clock: what comes due in between would slip through.
    // What is to be done next is decided when an answer that is still due has come.
    if (!this.#supply.isAsking) this.#alarm.set(this.#waiting.nextChange(now), now);
  }

  /** False: nothing can be done before something happens. */
  #step(now: number): boolean {
    const supplied = this.#supply.takeInHand();
    if (supplied) this.#giveOut(supplied, now);
    if (supplied || this.#supply.isAsking) return supplied !== undefined;
    const account = this.#waiting.nextAccount(now);
    if (account) this.#supply.ask(account, this.#waiting.wanted(account, now), now);
    return account !== undefined;
  }

  #giveOut(account: PooledAccount, now: number): void {
    const next = this.#waiting.next(account, now);
    if (typeof next === 'function') {
      next();
    } else if (next) {
      const [{ subscriber, caller }, key] = next;
      subscriber.next(this.#begin(key, caller));
      subscriber.complete();
    }
  }

  #begin(key: PooledKey, caller: string): Turn {
    this.#pool.given(key);
    return new RunningTurn(key, caller, this.#caps, this.#changed);
  }
}
