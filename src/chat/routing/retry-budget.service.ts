import { Injectable } from '@nestjs/common';
import { RoutingConfig } from '../../config/config.ts';
import { SlidingCount } from './sliding-count.ts';

const WINDOW_MS = 60_000;

interface Account {
  readonly requests: SlidingCount;
  readonly retries: SlidingCount;
}

/**
 * How often calls of a model may be repeated: a share of its requests of the last minute, so that
 * an outage is not multiplied by everybody's retries.
 */
@Injectable()
export class RetryBudget {
  /** By registry name, so bounded by models.yaml. */
  readonly #accounts = new Map<string, Account>();

  constructor(private readonly config: RoutingConfig) {}

  /** A request for the model begins. */
  countRequest(model: string): void {
    this.#of(model).requests.add(performance.now());
  }

  /** Whether one more retry is within the budget; if so, it is counted. */
  takeRetry(model: string): boolean {
    const { requests, retries } = this.#of(model);
    const now = performance.now();
    const { retryBudgetMin, retryBudgetPercent } = this.config;
    const most = Math.max(retryBudgetMin, (requests.total(now) * retryBudgetPercent) / 100);
    if (retries.total(now) + 1 > most) return false;
    retries.add(now);
    return true;
  }

  #of(model: string): Account {
    const known = this.#accounts.get(model);
    if (known) return known;
    const fresh = { requests: new SlidingCount(WINDOW_MS), retries: new SlidingCount(WINDOW_MS) };
    this.#accounts.set(model, fresh);
    return fresh;
  }
}
