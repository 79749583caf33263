import { CircuitState, type IBreaker } from 'cockatiel';
import { SlidingCount } from './sliding-count.ts';

const WINDOW_MS = 60_000;
const SHARE_OF_FAILURES = 0.5;

export interface Thresholds {
  /** Calls that must have ended within a minute before they mean anything. */
  readonly calls: number;
  /** Models that must have failed: one that is down says nothing about the others. */
  readonly models: number;
  /** Nothing may have succeeded for so long, ms: who answers is not down as a whole. */
  readonly silentMs: number;
}

/** Says when a circuit opens: enough calls in the last minute, half of them or more failed. */
export class FailureWindow implements IBreaker {
  /** Of the interface; nothing is ever restored. */
  state: unknown = undefined;
  readonly #thresholds: Thresholds;
  readonly #calls = new SlidingCount(WINDOW_MS);
  readonly #failures = new SlidingCount(WINDOW_MS);
  readonly #failedAt = new Map<string, number>();
  #succeededAt = -Infinity;
  readonly #now: () => number;

  constructor(thresholds: Thresholds, now: () => number = () => performance.now()) {
    this.#thresholds = thresholds;
    this.#now = now;
  }

  /** To be called before a failure of that model is counted. */
  noteModel(model: string): void {
    this.#failedAt.set(model, this.#now());
  }

  success(state: CircuitState): void {
    this.#succeededAt = this.#now();
    if (state === CircuitState.HalfOpen) this.#clear();
    else this.#calls.add(this.#now());
  }

  failure(state: CircuitState): boolean {
    const now = this.#now();
    if (state === CircuitState.HalfOpen) return true;
    this.#calls.add(now);
    this.#failures.add(now);
    const calls = this.#calls.total(now);
    return (
      calls >= this.#thresholds.calls &&
      this.#failures.total(now) >= calls * SHARE_OF_FAILURES &&
      now - this.#succeededAt >= this.#thresholds.silentMs &&
      this.#failingModels(now) >= this.#thresholds.models
    );
  }

  #failingModels(now: number): number {
    for (const [model, at] of this.#failedAt) {
      if (now - at > WINDOW_MS) this.#failedAt.delete(model);
    }
    return this.#failedAt.size;
  }

  /** What was before the recovery says nothing about the time after it. */
  #clear(): void {
    this.#calls.clear();
    this.#failures.clear();
    this.#failedAt.clear();
  }
}
