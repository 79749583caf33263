import type { CallCaps } from './call-caps.ts';
import { isAside, type PooledKey } from './pooled-key.ts';
import { takeBack } from './set-aside.ts';
import type { Turn } from './turn.ts';

/** One of the calls that run. */
export class RunningTurn implements Turn {
  readonly #refusedAt: number;
  readonly #withoutPointsUntil: number;
  #isOver = false;

  constructor(
    private readonly pooled: PooledKey,
    private readonly caller: string,
    private readonly caps: CallCaps,
    /** Somebody who waits may have a turn now. */
    private readonly changed: () => void,
  ) {
    this.#refusedAt = pooled.refusedAt;
    this.#withoutPointsUntil = pooled.account.withoutPointsUntil;
    caps.enter(caller);
  }

  get key() {
    return this.pooled.key;
  }

  accepted(): void {
    if (!isAside(this.pooled, performance.now())) return;
    takeBack(this.pooled, this.#refusedAt, this.#withoutPointsUntil);
    this.changed();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.caps.leave(this.caller);
    this.changed();
  }
}
