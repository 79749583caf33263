import { Injectable } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { PoeConfig, SpendingConfig } from '../../config/config.ts';
import { ApiError } from '../../errors/api-error.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { mostOutput } from '../../guards/most-output.ts';
import { mayUse } from '../../keys/may-use.ts';
import { RequestsLedger } from '../../ledger/requests-ledger.service.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { Metrics } from '../../observability/metrics.ts';
import { LearnedCostsService } from '../../usage/learned-costs.service.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import type { Body } from '../upstream/request-fields.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { AttemptsService, type Plan } from './attempts.service.ts';
import { callLimits } from './call-limits.ts';
import { fallbackReason } from './fallback-reason.ts';
import { mayFallBack } from './may-fall-back.ts';

/** One request of a client makes at most so many calls of Poe, whatever goes wrong. */
const MOST_CALLS = 6;

/** Makes the body for one model: each has its own cap and its own fields. */
export type Prepare = (model: RegisteredModel) => Promise<Body>;

interface Trip {
  readonly exchange: Exchange;
  readonly prepare: Prepare;
  /** Ms of `performance.now()`. */
  readonly deadline: number;
  readonly subscriber: Subscriber<ChatChunk>;
  /** There is a row for it in the ledger. */
  isOpen: boolean;
}

type Chain = readonly [RegisteredModel, ...RegisteredModel[]];

/** Asks the model that was asked for and, as long as nothing was answered, those that stand in. */
@Injectable()
export class RouterService {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly costs: LearnedCostsService,
    private readonly metrics: Metrics,
    private readonly config: PoeConfig,
    private readonly spending: SpendingConfig,
    private readonly ledger: RequestsLedger,
  ) {}

  /**
   * Fails with an UpstreamError, that of the model that was asked for, whatever the fallbacks said;
   * with an ApiError when the caller may not use it, or when there was no turn to ask even that one,
   * or no room in it.
   * Unsubscribing stops whatever is under way.
   */
  run(exchange: Exchange, prepare: Prepare): Observable<ChatChunk> {
    return new Observable((subscriber) => {
      const { asked, registry } = exchange;
      const { caller } = exchange.admission;
      if (!mayUse(caller, asked.name)) throw catalogue.modelNotAllowed(asked.name, caller.models);
      const wholeMs = asked.timeouts.callMs ?? this.config.callTimeoutMs;
      const trip = {
        exchange,
        prepare,
        deadline: performance.now() + wholeMs,
        subscriber,
        isOpen: false,
      };
      const fallbacks = registry
        .fallbacksOf(asked)
        .filter((model) => this.#mayAsk(model, exchange));
      this.#ask(trip, [asked, ...fallbacks]);
    });
  }

  #ask(trip: Trip, [model, ...others]: Chain, first?: UpstreamError): void {
    const { prepare, subscriber } = trip;
    const failed = (error: unknown) => {
      if (!subscriber.closed) this.#askNext(trip, [model, ...others], error, first);
    };
    prepare(model)
      .then((body) => {
        const attempt = () => {
          if (subscriber.closed) return;
          const answer$ = this.attempts.run(this.#plan(trip, model, body, others.length));
          subscriber.add(
            answer$.subscribe({
              next: (chunk) => {
                subscriber.next(chunk);
              },
              error: failed,
              complete: () => {
                subscriber.complete();
              },
            }),
          );
        };
        const beginning = subscriber.closed ? undefined : this.#begin(trip, model);
        if (!beginning) attempt();
        return beginning?.then(attempt);
      })
      .catch(failed);
  }

  /** Before anything is asked of Poe, there is room for it in the budgets, and it is on record. */
  #begin(trip: Trip, model: RegisteredModel): Promise<void> | undefined {
    const moving = this.#moveHold(trip.exchange, model);
    if (!moving) return this.#open(trip);
    return moving.then(() => (trip.subscriber.closed ? undefined : this.#open(trip)));
  }

  #moveHold(
    { admission, request, ledgerId }: Exchange,
    model: RegisteredModel,
  ): Promise<void> | undefined {
    const { budgetHold, caller, tokensIn } = admission;
    if (!budgetHold || budgetHold.model === model.name) return undefined;
    const estimate = this.costs.before(model, tokensIn, mostOutput(request), caller.keyId);
    const moved = () => {
      admission.estimate = estimate;
      this.ledger.reestimate(ledgerId, Math.ceil(estimate));
    };
    const moving = budgetHold.moveTo(model.name, estimate);
    if (moving) return moving.then(moved);
    moved();
    return undefined;
  }

  #open(trip: Trip): Promise<void> | undefined {
    if (trip.isOpen) return undefined;
    trip.isOpen = true;
    const { ledgerId: id, admission, request, stream, facts } = trip.exchange;
    if (this.ledger.isKept) facts.ledgerId = id;
    const { caller, estimate, budgetHold } = admission;
    const openedAt = budgetHold?.openedAt ?? Date.now();
    const held = Math.ceil(estimate);
    return this.ledger.open({ id, caller, model: request.model, stream, openedAt, held });
  }

  #plan({ exchange, deadline }: Trip, model: RegisteredModel, body: Body, others: number): Plan {
    exchange.facts.startWaiting();
    const shareMs = (deadline - performance.now()) / (others + 1);
    const hasFallback = others > 0;
    return {
      exchange,
      model,
      body,
      // Each of those after it gets one call at least.
      mostCalls: Math.max(exchange.calls.length + 1, MOST_CALLS - others),
      deadline,
      limits: callLimits(model, this.config, hasFallback, shareMs),
      hasFallback,
    };
  }

  /** The first of the chain came to nothing. */
  #askNext(trip: Trip, [model, ...others]: Chain, error: unknown, first?: UpstreamError): void {
    const { exchange, deadline, subscriber } = trip;
    const { calls, facts } = exchange;
    facts.stopWaiting();
    // A fallback that cannot take the request, or has no turn: that is not what went wrong.
    const isMoot = error instanceof ApiError && first;
    const failure = isMoot ? first : error;
    if (exchange.hasAnswered || !(failure instanceof UpstreamError)) {
      subscriber.error(error);
      return;
    }
    const afterMs = Date.now() - (calls.at(-1)?.sentAt ?? Date.now());
    const next = others.findIndex((other) => mayFallBack(failure, model, other, afterMs));
    const rest = others.slice(next);
    const isOver = calls.length >= MOST_CALLS || performance.now() >= deadline;
    if (next < 0 || !isChain(rest) || isOver) {
      subscriber.error(first ?? failure);
      return;
    }
    this.metrics.fallbacks.inc({ model: model.name, reason: fallbackReason(failure) });
    this.#ask(trip, rest, first ?? failure);
  }

  /** What would have been refused if it had been asked for is not asked in its place either. */
  #mayAsk(model: RegisteredModel, { admission, request }: Exchange): boolean {
    const { caller, tokensIn } = admission;
    if (!mayUse(caller, model.name)) return false;
    const { maxPointsPerMessage: limit } = this.spending;
    if (limit === 0) return true;
    return this.costs.before(model, tokensIn, mostOutput(request), caller.keyId) <= limit;
  }
}

function isChain(models: readonly RegisteredModel[]): models is Chain {
  return models.length > 0;
}
