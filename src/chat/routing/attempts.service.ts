import { Injectable } from '@nestjs/common';
import { catchError, switchMap, timer, type Observable } from 'rxjs';
import { ApiError } from '../../errors/api-error.ts';
import { Metrics } from '../../observability/metrics.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import { Ladder, type Budget } from '../upstream/ladder.ts';
import { RepairMemory } from '../upstream/repair-memory.ts';
import type { Body } from '../upstream/request-fields.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { AttemptTrace } from './attempt-trace.ts';
import { CallService, type CallPlan } from './call.service.ts';
import { keyTrouble } from './key-trouble.ts';
import { RetryBudget } from './retry-budget.service.ts';

const MOST_RETRIES = 3;

/** What is to be asked of one model. */
export interface Plan extends CallPlan {
  readonly body: Body;
  /** How many calls there may be, those before this model included. */
  readonly mostCalls: number;
  readonly hasFallback: boolean;
}

interface Trial extends Plan {
  /** What was repaired before anything was refused. */
  readonly knownRepairs: readonly string[];
}

/** Gets an answer out of one model: repairs, repeats, and never starts again after content. */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly calls: CallService,
    private readonly memory: RepairMemory,
    private readonly retries: RetryBudget,
    private readonly metrics: Metrics,
  ) {}

  /** Fails with an UpstreamError. Unsubscribing aborts the running call or the wait for the next. */
  run(plan: Plan): Observable<ChatChunk> {
    const { model, exchange } = plan;
    const known = this.memory.apply(model, plan.body);
    this.retries.countRequest(model.name);
    const retries = Math.max(0, MOST_RETRIES - exchange.clientRetries);
    const ladder = new Ladder(model, known.body, retries);
    return this.#attempt({ ...plan, knownRepairs: known.notes }, ladder);
  }

  /** `last`: why the attempt before failed, which says more than that there is no turn for this. */
  #attempt(plan: Trial, ladder: Ladder, last?: UpstreamError): Observable<ChatChunk> {
    const { exchange, model } = plan;
    const startedAt = performance.now();
    const trace = AttemptTrace.begin(exchange, model);
    const onContent = () => {
      trace?.event('first_token');
      this.#commit(plan, ladder);
      trace?.event('commitment');
    };
    const call$ = this.calls.make(plan, ladder.body, onContent);
    return (trace ? call$.pipe(trace.followed()) : call$).pipe(
      catchError((error: unknown) => {
        try {
          if (exchange.hasAnswered) throw error;
          if (error instanceof ApiError && last) throw last;
          if (!(error instanceof UpstreamError)) throw error;
          if (this.#mayTakeOtherKey(plan, error)) return this.#attempt(plan, ladder, error);
          const now = performance.now();
          const step = ladder.next(error, this.#budget(plan, now), now - startedAt);
          if (step instanceof UpstreamError) throw step;
          trace?.retry(step, ladder.repairs);
          return timer(step).pipe(switchMap(() => this.#attempt(plan, ladder, error)));
        } finally {
          trace?.fail(error);
        }
      }),
    );
  }

  /** Poe refused the key and not the request: no reason to wait, nor to change anything. */
  #mayTakeOtherKey({ exchange, mostCalls }: Plan, error: UpstreamError): boolean {
    const hasCall = exchange.calls.length < mostCalls;
    return hasCall && keyTrouble(error) !== undefined && this.calls.hasOtherKey(exchange);
  }

  #budget(plan: Plan, now: number): Budget {
    const { exchange, model, mostCalls, deadline, hasFallback, limits } = plan;
    // Where another model could answer, it is not worth waiting longer than for a first token.
    const patienceMs = hasFallback && limits.firstTokenMs > 0 ? limits.firstTokenMs : Infinity;
    return {
      calls: mostCalls - exchange.calls.length,
      ms: Math.min(deadline - now, patienceMs),
      hasFallback,
      takeRetry: () => this.retries.takeRetry(model.name),
    };
  }

  /** The answer begins: what led to it is worth knowing next time. */
  #commit({ exchange, model, knownRepairs }: Trial, ladder: Ladder): void {
    const { facts } = exchange;
    facts.repairs.push(...knownRepairs);
    facts.stopWaiting();
    facts.firstContentAt = performance.now();
    for (const { rung, notes, cause } of ladder.repairs) {
      this.metrics.repairs.inc({ rung });
      facts.repairs.push(...notes);
      if (cause) this.memory.remember(model, cause);
    }
    exchange.answersWith(model);
  }
}
