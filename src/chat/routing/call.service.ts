import { Injectable } from '@nestjs/common';
import { defer, finalize, tap, throwError, type Observable } from 'rxjs';
import { PoeConfig } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { Metrics } from '../../observability/metrics.ts';
import type { RequestFacts } from '../../observability/request-facts.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { FlowGate } from '../upstream/flow-gate.ts';
import { holdUntilContent } from '../upstream/hold-until-content.ts';
import { limitSilence } from '../upstream/limit-silence.ts';
import { PoeClient } from '../upstream/poe-client.ts';
import type { Body } from '../upstream/request-fields.ts';
import type { UpstreamCall } from '../upstream/upstream-call.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { Breakers } from './breakers.service.ts';
import type { CallLimits } from './call-limits.ts';

export interface CallPlan {
  readonly model: RegisteredModel;
  readonly limits: CallLimits;
  readonly gate: FlowGate;
  readonly facts: RequestFacts;
  /** Every call made is added here. */
  readonly calls: UpstreamCall[];
}

/** Makes one call of Poe, with all that is done about any call: breakers, limits, counts. */
@Injectable()
export class CallService {
  constructor(
    private readonly client: PoeClient,
    private readonly breakers: Breakers,
    private readonly metrics: Metrics,
    private readonly config: PoeConfig,
  ) {}

  /**
   * Emits nothing before there is content; `onContent` is called just before the first chunk.
   * Fails with an UpstreamError. Unsubscribing aborts the call.
   */
  make(plan: CallPlan, body: Body, onContent: () => void): Observable<ChatChunk> {
    return defer(() => {
      const { model, facts, calls } = plan;
      const waitMs = this.breakers.waitMs(model.name);
      if (waitMs > 0) return throwError(() => leftAlone(model, waitMs));
      const text = serialize(body);
      const [key] = this.config.keys;
      if (!key) throw new Error('no key is configured');
      const call = { model, key, sentAt: Date.now(), clockOffsetMs: 0, contentLength: 0 };
      calls.push(call);
      facts.attempts = calls.length;
      return this.#watched(plan, call, text, body.stream === true, onContent);
    });
  }

  #watched(
    { model, limits, gate }: CallPlan,
    call: UpstreamCall,
    text: string,
    isStream: boolean,
    onContent: () => void,
  ): Observable<ChatChunk> {
    const watch = this.breakers.watch(model.name);
    // What is no stream has its headers and its first token at its end.
    const { connectMs, headersMs, firstTokenMs } = isStream
      ? limits
      : { ...limits, headersMs: 0, firstTokenMs: 0 };
    return this.client.complete(text, call, gate, { connectMs, headersMs }).pipe(
      holdUntilContent(() => {
        watch?.content();
        onContent();
      }),
      limitSilence({ firstTokenMs, idleMs: limits.idleMs, isHeldBack: () => gate.isClosed }),
      tap({
        complete: () => {
          watch?.complete();
          this.#count('completed');
        },
        error: (error: unknown) => {
          if (error instanceof UpstreamError) watch?.fail(error);
          this.#count(outcomeOf(error));
        },
        unsubscribe: () => {
          this.#count('aborted');
        },
      }),
      finalize(() => watch?.leave()),
    );
  }

  #count(outcome: string): void {
    this.metrics.upstreamAttempts.inc({ outcome });
  }
}

function leftAlone({ name }: RegisteredModel, waitMs: number): UpstreamError {
  return new UpstreamError({
    kind: 'open',
    status: 503,
    message: `${name} failed again and again and is left alone for a moment.`,
    retryAfterMs: waitMs,
  });
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
