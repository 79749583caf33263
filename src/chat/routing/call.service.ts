import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { PoeKey } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { Metrics } from '../../observability/metrics.ts';
import { PoeAccounts } from '../../poe/poe-accounts.ts';
import { TurnRefused } from '../../poe/turns/turn-refused.ts';
import type { Turn } from '../../poe/turns/turn.ts';
import { Turns } from '../../poe/turns/turns.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import { followCall } from '../upstream/follow-call.ts';
import { PoeClient } from '../upstream/poe-client.ts';
import type { Body } from '../upstream/request-fields.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { AbandonedCalls } from './abandoned-calls.service.ts';
import { Breakers } from './breakers.service.ts';
import type { CallLimits } from './call-limits.ts';
import { keyTrouble } from './key-trouble.ts';

export interface CallPlan {
  readonly exchange: Exchange;
  readonly model: RegisteredModel;
  readonly limits: CallLimits;
  /** For the whole request, ms of `performance.now()`. */
  readonly deadline: number;
}

/** Makes one call of Poe, with all that is done about any call: turn, breakers, limits, counts. */
@Injectable()
export class CallService {
  constructor(
    private readonly client: PoeClient,
    private readonly turns: Turns,
    private readonly accounts: PoeAccounts,
    private readonly breakers: Breakers,
    private readonly abandoned: AbandonedCalls,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Emits nothing before there is content; `onContent` is called just before the first chunk.
   * Fails with an UpstreamError, or with an ApiError when there is no turn to be had.
   * Unsubscribing aborts the call, unless `AbandonedCalls` takes it over, or leaves the line.
   */
  make(plan: CallPlan, body: Body, onContent: () => void): Observable<ChatChunk> {
    return new Observable((subscriber) => {
      const { exchange, model } = plan;
      this.#refuseIfOpen(model);
      const text = serialize(body);
      const isStream = body.stream === true;
      subscriber.add(
        this.turns.take(exchange.asker, this.#keysToAvoid(exchange)).subscribe({
          next: (turn) => {
            // It may have opened while this call waited for its turn.
            const waitMs = this.breakers.waitMs(model.name);
            if (waitMs > 0) {
              turn.end();
              subscriber.error(leftAlone(model, waitMs));
            } else this.#call(plan, turn, text, isStream, onContent).subscribe(subscriber);
          },
          error: (error: unknown) => {
            subscriber.error(toRefusal(error));
          },
        }),
      );
    });
  }

  /** Whether the request would meet another key now than those that failed it. */
  hasOtherKey(exchange: Exchange): boolean {
    const { refusedKeys } = exchange;
    if (refusedKeys.size === 0) return false;
    return this.turns.hasOther(union(refusedKeys, this.#keysOfOthers(exchange)));
  }

  #keysToAvoid(exchange: Exchange): ReadonlySet<PoeKey> | undefined {
    const others = this.#keysOfOthers(exchange);
    return this.hasOtherKey(exchange) ? union(exchange.refusedKeys, others) : others;
  }

  /** Those of the accounts that do not pay for the caller's team. */
  #keysOfOthers({ admission }: Exchange): ReadonlySet<PoeKey> | undefined {
    const { poeAccount } = admission.caller;
    if (poeAccount === undefined) return undefined;
    const others = this.accounts.keysOutside(poeAccount);
    if (!others) throw catalogue.accountUnavailable();
    return others;
  }

  #refuseIfOpen(model: RegisteredModel): void {
    const waitMs = this.breakers.waitMs(model.name);
    if (waitMs > 0) throw leftAlone(model, waitMs);
  }

  #call(
    { exchange, model, limits, deadline }: CallPlan,
    turn: Turn,
    text: string,
    isStream: boolean,
    onContent: () => void,
  ): Observable<ChatChunk> {
    const { gate, calls, facts, admission } = exchange;
    const { key } = turn;
    const call = { model, key, sentAt: Date.now(), clockOffsetMs: 0, contentLength: 0 };
    calls.push(call);
    facts.attempts = calls.length;
    admission.hold?.drawFrom(key);
    const { connectMs, idleMs } = limits;
    const headersMs = isStream ? limits.headersMs : limits.answerMs;
    // What is no stream has its first token at its end.
    const firstTokenMs = isStream ? limits.firstTokenMs : 0;
    const watch = this.breakers.watch(model.name);
    const chunks$ = this.client.complete(text, call, gate, { connectMs, headersMs });
    const wholeMs = deadline - performance.now();
    return followCall(
      chunks$,
      { wholeMs, firstTokenMs, idleMs, isHeldBack: () => gate.isClosed },
      {
        content: () => {
          turn.accepted();
          watch?.content();
          onContent();
        },
        completed: () => {
          watch?.complete();
          this.#count('completed');
          turn.end();
        },
        failed: (error) => {
          if (error instanceof UpstreamError) {
            watch?.fail(error);
            this.#noteTrouble(exchange, key, error);
          } else watch?.leave();
          this.#count(outcomeOf(error));
          turn.end();
        },
        left: () => {
          watch?.leave();
          this.#count('aborted');
          turn.end();
        },
        takesOver: (running) => this.abandoned.takeOver(running, exchange),
      },
    );
  }

  #noteTrouble({ refusedKeys }: Exchange, key: PoeKey, error: UpstreamError): void {
    const trouble = keyTrouble(error);
    if (!trouble) return;
    refusedKeys.add(key);
    this.turns.setAside(key, trouble, error.retryAfterMs);
  }

  #count(outcome: string): void {
    this.metrics.upstreamAttempts.inc({ outcome });
  }
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof TurnRefused)) return error;
  return catalogue.tooBusy(error.lack, Math.ceil(error.retryAfterMs / 1000));
}

function union(
  some: ReadonlySet<PoeKey>,
  others: ReadonlySet<PoeKey> | undefined,
): ReadonlySet<PoeKey> {
  return others ? new Set([...some, ...others]) : some;
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
