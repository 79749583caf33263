import { Injectable } from '@nestjs/common';
import { catchError, defer, switchMap, tap, timer, type Observable } from 'rxjs';
import { PoeConfig, type PoeKey } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { Metrics } from '../../observability/metrics.ts';
import type { RequestFacts } from '../../observability/request-facts.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { FlowGate } from './flow-gate.ts';
import { holdUntilContent } from './hold-until-content.ts';
import { Ladder } from './ladder.ts';
import { limitTime } from './limit-time.ts';
import { PoeClient } from './poe-client.ts';
import { RepairMemory } from './repair-memory.ts';
import type { Body } from './request-fields.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { UpstreamError } from './upstream-error.ts';

/** One request of a client makes at most so many calls of Poe, whatever goes wrong. */
const MOST_CALLS = 6;
const MOST_RETRIES = 3;

export interface Plan {
  readonly model: RegisteredModel;
  readonly body: Body;
  /** How often the client itself has repeated the request already. */
  readonly clientRetries: number;
  readonly gate: FlowGate;
  readonly facts: RequestFacts;
  /** Every call made is added here. */
  readonly calls: UpstreamCall[];
}

/** Gets an answer out of Poe: repairs, repeats, and never starts again after content was sent. */
@Injectable()
export class AttemptsService {
  constructor(
    private readonly client: PoeClient,
    private readonly memory: RepairMemory,
    private readonly metrics: Metrics,
    private readonly config: PoeConfig,
  ) {}

  /** Fails with an UpstreamError. Unsubscribing aborts the running call or the wait for the next. */
  run(plan: Plan): Observable<ChatChunk> {
    return defer(() => {
      const { model, facts, gate } = plan;
      const { callTimeoutMs: wholeMs, idleTimeoutMs: idleMs } = this.config;
      const known = this.memory.apply(model, plan.body);
      facts.repairs.push(...known.notes);
      facts.startWaiting();
      const retries = Math.max(0, MOST_RETRIES - plan.clientRetries);
      const ladder = new Ladder(model, known.body, retries);
      const deadline = performance.now() + wholeMs;
      return this.#attempt(plan, ladder, deadline).pipe(
        limitTime({ wholeMs, idleMs, isHeldBack: () => gate.isClosed }),
      );
    });
  }

  #attempt(plan: Plan, ladder: Ladder, deadline: number): Observable<ChatChunk> {
    const startedAt = performance.now();
    let committed = false;
    return this.#call(plan, ladder.body).pipe(
      holdUntilContent(() => {
        committed = true;
        this.#commit(plan, ladder);
      }),
      catchError((error: unknown) => {
        if (committed || !(error instanceof UpstreamError)) throw error;
        const now = performance.now();
        const budget = { calls: MOST_CALLS - plan.calls.length, ms: deadline - now };
        const step = ladder.next(error, budget, now - startedAt);
        if (step instanceof UpstreamError) throw step;
        return timer(step).pipe(switchMap(() => this.#attempt(plan, ladder, deadline)));
      }),
    );
  }

  #call({ model, gate, calls, facts }: Plan, body: Body): Observable<ChatChunk> {
    const [key] = this.config.keys as readonly [PoeKey];
    const call: UpstreamCall = {
      key,
      bot: model.name,
      sentAt: Date.now(),
      clockOffsetMs: 0,
      contentLength: 0,
    };
    calls.push(call);
    facts.attempts = calls.length;
    const count = (outcome: string) => {
      this.metrics.upstreamAttempts.inc({ outcome });
    };
    return this.client.complete(serialize(body), call, gate).pipe(
      tap({
        complete: () => {
          count('completed');
        },
        error: (error: unknown) => {
          count(outcomeOf(error));
        },
        unsubscribe: () => {
          count('aborted');
        },
      }),
    );
  }

  /** The answer begins: what led to it is worth knowing next time. */
  #commit({ model, facts }: Plan, ladder: Ladder): void {
    facts.stopWaiting();
    facts.firstContentAt = performance.now();
    for (const { rung, notes, cause } of ladder.repairs) {
      this.metrics.repairs.inc({ rung });
      facts.repairs.push(...notes);
      if (cause) this.memory.remember(model, cause);
    }
  }
}

/** JSON.parse takes any depth, but what writes JSON recurses. */
function serialize(body: Body): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    if (error instanceof RangeError) throw catalogue.invalidRequest('the body is nested too deep');
    throw error;
  }
}

/** A closed set: it labels a metric. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof UpstreamError)) return 'failed';
  if (error.kind !== 'status') return error.kind;
  if (error.status === 429) return 'throttled';
  return error.status < 500 ? 'refused' : 'failed';
}
