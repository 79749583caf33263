import { Injectable } from '@nestjs/common';
import { CircuitState } from 'cockatiel';
import { RoutingConfig } from '../../config/config.ts';
import { Log } from '../../observability/log.ts';
import { Metrics } from '../../observability/metrics.ts';
import { ReadinessDetail } from '../../observability/readiness-detail.ts';
import type { UpstreamError } from '../upstream/upstream-error.ts';
import { Breaker } from './breaker.ts';

/** For Poe as a whole. */
const POE = '*';
/** Fewer failing models are trouble of their own. */
const LEAST_MODELS = 3;
/** One provider's models may all be down while those of others answer. */
const SILENT_MS = 5000;
const STATES = { [CircuitState.Closed]: 'closed', [CircuitState.HalfOpen]: 'half-open' };

/** Follows one call of Poe to its end; `leave` is harmless after the end. */
export interface Watch {
  /** Its answer began. */
  content(): void;
  complete(): void;
  fail(error: UpstreamError): void;
  leave(): void;
}

/**
 * Circuit breakers, one per model and one for Poe as a whole: what failed again and again is left
 * alone for a while, then probed with one call. Kept per process.
 */
@Injectable()
export class Breakers {
  /** By registry name, so bounded by models.yaml. */
  readonly #breakers = new Map<string, Breaker>();

  constructor(
    private readonly config: RoutingConfig,
    private readonly metrics: Metrics,
    private readonly log: Log,
    detail: ReadinessDetail,
  ) {
    detail.add('breakers', () => this.#state());
  }

  /** Ms until a call of the model may be tried; 0 for now. */
  waitMs(model: string): number {
    if (this.config.breakerCalls === 0) return 0;
    return Math.max(this.#of(POE).waitMs, this.#of(model).waitMs);
  }

  /** Admits a call. Only to be called while `waitMs` is 0. */
  watch(model: string): Watch | undefined {
    if (this.config.breakerCalls === 0) return undefined;
    const poe = this.#of(POE).watch();
    const own = this.#of(model).watch();
    return {
      content: () => {
        poe.succeed();
        // A stream may go on for minutes: others should not wait so long for a circuit to close.
        if (!own.isRoutine) own.succeed();
      },
      complete: () => {
        poe.succeed();
        own.succeed();
      },
      fail: (error) => {
        for (const probe of [poe, own]) {
          if (isFault(error)) probe.fail(model);
          else probe.succeed();
        }
      },
      leave: () => {
        poe.abandon();
        own.abandon();
      },
    };
  }

  #of(name: string): Breaker {
    const known = this.#breakers.get(name);
    if (known) return known;
    const { breakerCalls: calls, breakerOpenMs } = this.config;
    const thresholds =
      name === POE
        ? { calls, models: LEAST_MODELS, silentMs: SILENT_MS }
        : { calls, models: 1, silentMs: 0 };
    const fresh = new Breaker(thresholds, breakerOpenMs, (state) => {
      this.#changed(name, state);
    });
    this.#breakers.set(name, fresh);
    return fresh;
  }

  #changed(model: string, state: CircuitState): void {
    this.metrics.breakerState.set({ model }, state === CircuitState.Closed ? 0 : 1);
    if (state === CircuitState.Open) this.log.warn({ model }, 'circuit breaker opened');
    if (state === CircuitState.Closed) this.log.info({ model }, 'circuit breaker closed');
  }

  /** Those that are not closed. */
  #state(): Record<string, string> {
    const troubled = [...this.#breakers].filter(([, { state }]) => state !== CircuitState.Closed);
    return Object.fromEntries(
      troubled.map(([name, { state }]) => [
        name,
        (STATES as Record<number, string>)[state] ?? 'open',
      ]),
    );
  }
}

/** The upstream's own trouble; refusals and limits of rate show that it is alive. */
function isFault({ isTransient, status }: UpstreamError): boolean {
  return isTransient && status !== 429;
}
