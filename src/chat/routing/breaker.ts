import { circuitBreaker, CircuitState, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import { FailureWindow, type Thresholds } from './failure-window.ts';

/** While somebody else's call is the probe. */
const PROBE_MS = 1000;

class Fault extends Error {}
/** The call ended without telling anything about the upstream. */
class Left extends Error {}

/** How one call went; only what is told first counts. */
export interface Probe {
  /** Whether the circuit was closed: else this call decides what becomes of it. */
  readonly isRoutine: boolean;
  succeed(): void;
  fail(model: string): void;
  /** Its client left. A call that was to show whether the upstream is back has not shown it. */
  abandon(): void;
}

/** A circuit breaker over calls that are Observables: cockatiel's, told of outcomes by hand. */
export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  readonly #window: FailureWindow;
  readonly #openMs: number;
  #openedAt = 0;

  constructor(thresholds: Thresholds, openMs: number, onChange: (state: CircuitState) => void) {
    this.#openMs = openMs;
    this.#window = new FailureWindow(thresholds);
    this.#policy = circuitBreaker(
      handleWhen((error) => error instanceof Fault),
      { halfOpenAfter: openMs, breaker: this.#window },
    );
    this.#policy.onStateChange((state) => {
      if (state === CircuitState.Open) this.#openedAt = Date.now();
      onChange(state);
    });
  }

  get state(): CircuitState {
    return this.#policy.state;
  }

  /** Ms until a call may be tried, 0 for now. */
  get waitMs(): number {
    switch (this.#policy.state) {
      case CircuitState.Open:
        return Math.max(0, this.#openedAt + this.#openMs - Date.now());
      case CircuitState.HalfOpen:
        return PROBE_MS;
      default:
        return 0;
    }
  }

  /** Admits a call. Only to be called while `waitMs` is 0. */
  watch(): Probe {
    const isRoutine = this.#policy.state === CircuitState.Closed;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#policy
      .execute(() => promise)
      // The outcome has been told; nobody waits for it here.
      .catch(() => undefined);
    let isTold = false;
    const once = (tell: () => void) => {
      if (!isTold) tell();
      isTold = true;
    };
    return {
      isRoutine,
      succeed: () => {
        once(() => {
          resolve(undefined);
        });
      },
      fail: (model) => {
        once(() => {
          this.#window.noteModel(model);
          reject(new Fault());
        });
      },
      abandon: () => {
        once(() => {
          reject(isRoutine ? new Left() : new Fault());
        });
      },
    };
  }
}
