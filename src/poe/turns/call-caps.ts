import type { PacingConfig } from '../../config/config.ts';
import type { TurnLack } from './turn-refused.ts';

/** Calls that run: how many there are, and how many more there may be. */
export class CallCaps {
  readonly #most: number;
  readonly #mostPerCaller: number;
  /** Only callers with running calls, and only if it matters how many. */
  readonly #byCaller = new Map<string, number>();
  #running = 0;

  constructor({ concurrentCalls, concurrentCallsPerCaller }: PacingConfig) {
    this.#most = concurrentCalls || Infinity;
    this.#mostPerCaller = concurrentCallsPerCaller || Infinity;
  }

  get running(): number {
    return this.#running;
  }

  get room(): number {
    return this.#most - this.#running;
  }

  roomOf(caller: string): number {
    return this.#mostPerCaller - (this.#byCaller.get(caller) ?? 0);
  }

  /** Why none more of this caller may run; undefined: one may. */
  lackOf(caller: string): TurnLack | undefined {
    if (this.room <= 0) return 'calls';
    return this.roomOf(caller) <= 0 ? 'calls_of_caller' : undefined;
  }

  enter(caller: string): void {
    this.#running += 1;
    if (this.#mostPerCaller === Infinity) return;
    this.#byCaller.set(caller, (this.#byCaller.get(caller) ?? 0) + 1);
  }

  leave(caller: string): void {
    this.#running -= 1;
    if (this.#mostPerCaller === Infinity) return;
    const left = (this.#byCaller.get(caller) ?? 0) - 1;
    if (left > 0) this.#byCaller.set(caller, left);
    else this.#byCaller.delete(caller);
  }
}
