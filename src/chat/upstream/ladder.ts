import type { RegisteredModel } from '../../models/registered-model.ts';
import { blamedField } from './blamed-field.ts';
import { isRepairable } from './is-repairable.ts';
import { mayBeBilled } from './may-be-billed.ts';
import { askForWholeAnswer, repairsFor, repairTogether, type Repair } from './repair-rungs.ts';
import { rateLimitOf } from './rate-limit-of.ts';
import type { Body } from './request-fields.ts';
import { retryDelay } from './retry-delay.ts';
import type { UpstreamError } from './upstream-error.ts';

/** What the next attempt may still use up. */
export interface Budget {
  readonly calls: number;
  readonly ms: number;
  /** Takes one retry out of the model's budget; false when there is none. */
  readonly takeRetry: () => boolean;
  /** Another model may be asked instead. */
  readonly hasFallback: boolean;
}

/**
 * Decides what to do after a failed attempt that had sent nothing yet: repair a refused request,
 * repeat one that met a passing failure, or give up. Each repair is tried alone before all are
 * tried together; one that changes the complaint is kept, because it cured something.
 */
export class Ladder {
  readonly #model: RegisteredModel;
  #retriesLeft: number;
  #retries = 0;
  /** The body without the repair that is being tried. */
  #base: Body;
  #kept: Repair[] = [];
  #trying: Repair | undefined;
  #untried: Repair[] = [];
  /** Why `#base` was refused: the reason that a client is told in the end. */
  #refusal: UpstreamError | undefined;

  constructor(model: RegisteredModel, body: Body, retries: number) {
    this.#model = model;
    this.#base = body;
    this.#retriesLeft = retries;
  }

  /** What to send now. */
  get body(): Body {
    return this.#trying?.body ?? this.#base;
  }

  /** What was changed in it. */
  get repairs(): readonly Repair[] {
    return this.#trying ? [...this.#kept, this.#trying] : this.#kept;
  }

  /**
   * @param afterMs how long the failed attempt took
   * @returns ms to wait before the next attempt, or the error to give up with
   */
  next(error: UpstreamError, budget: Budget, afterMs: number): number | UpstreamError {
    if (isRepairable(error, this.body, afterMs) || this.#isMisnamed(error)) {
      return this.#repair(error, budget);
    }
    if (budget.calls <= 0 || !this.#mayRetry(error, afterMs)) return error;
    // The provider's quota, unlike a crowd, is not over in a moment.
    if (budget.hasFallback && rateLimitOf(error) === 'provider') return error;
    const delay = retryDelay(this.#retries, error.retryAfterMs);
    if (delay === undefined || delay >= budget.ms || !budget.takeRetry()) return error;
    this.#retriesLeft -= 1;
    this.#retries += 1;
    const whole = error.kind === 'cut' ? askForWholeAnswer(this.body) : undefined;
    if (whole) this.#keep(whole);
    return delay;
  }

  #keep(repair: Repair): void {
    this.#kept = [...this.repairs, repair];
    this.#trying = undefined;
    this.#base = repair.body;
  }

  #repair(error: UpstreamError, budget: Budget): number | UpstreamError {
    if (!this.#refusal || this.#cured(error)) {
      if (this.#trying) this.#kept.push(this.#trying);
      this.#base = this.body;
      this.#refusal = error;
      this.#untried = repairsFor(this.#base, this.#model, error);
      if (this.#untried.length > 1) {
        this.#untried.push(repairTogether(this.#base, this.#model, error));
      }
    }
    if (budget.calls <= 0) return this.#refusal;
    // The last call is worth most when it tries everything.
    this.#trying = budget.calls === 1 ? this.#untried.pop() : this.#untried.shift();
    return this.#trying ? 0 : this.#refusal;
  }

  /** The other spelling is known even less: that repair was none. */
  #isMisnamed(error: UpstreamError): boolean {
    return error.status === 404 && this.body.model !== this.#base.model;
  }

  /** The complaint names another field than before. */
  #cured(error: UpstreamError): boolean {
    const now = blamedField(this.body, error);
    const before = this.#refusal && blamedField(this.#base, this.#refusal);
    return this.#trying?.rung !== 'together' && now !== undefined && now.field !== before?.field;
  }

  #mayRetry(error: UpstreamError, afterMs: number): boolean {
    if (!error.isRetryable || this.#retriesLeft <= 0) return false;
    return !mayBeBilled(error, this.#model, afterMs);
  }
}
