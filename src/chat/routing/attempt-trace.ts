import { tap, type MonoTypeOperatorFunction } from 'rxjs';
import { ApiError } from '../../errors/api-error.ts';
import type { RegisteredModel } from '../../models/registered-model.ts';
import { knownStatus } from '../../observability/error-type-of.ts';
import type { TraceSpan } from '../../observability/tracing/request-trace.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import type { Repair } from '../upstream/repair-rungs.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';

/** The span of one attempt: the wait for its turn, and the call of Poe if there was one. */
export class AttemptTrace {
  private constructor(
    private readonly span: TraceSpan,
    private readonly exchange: Exchange,
    /** Which of the exchange's calls is this attempt's. */
    private readonly index: number,
  ) {}

  /** Undefined where nobody keeps traces. */
  static begin(exchange: Exchange, model: RegisteredModel): AttemptTrace | undefined {
    const index = exchange.calls.length;
    const span = exchange.facts.trace?.start('attempt', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'poe',
      'gen_ai.request.model': model.name,
      'poe_proxy.attempt': index + 1,
    });
    return span && new AttemptTrace(span, exchange, index);
  }

  event(name: 'first_token' | 'commitment'): void {
    this.span.event(name);
  }

  retry(delayMs: number, repairs: readonly Repair[]): void {
    this.span.event('retry', {
      'poe_proxy.delay_ms': Math.round(delayMs),
      'poe_proxy.rungs': repairs.map(({ rung }) => rung),
    });
  }

  /** Ends with the chunks, or with whoever wanted them. A failure is told by `fail`, later. */
  followed(): MonoTypeOperatorFunction<ChatChunk> {
    return tap({
      complete: () => {
        this.#end();
      },
      unsubscribe: () => {
        this.#end('abandoned');
      },
    });
  }

  fail(error: unknown): void {
    this.#end(typeOf(error));
  }

  #end(errorType?: string): void {
    const { status, usage, key } = this.exchange.calls[this.index] ?? {};
    this.span.end(
      {
        'http.response.status_code': status,
        'gen_ai.usage.input_tokens': usage?.promptTokens,
        'gen_ai.usage.output_tokens': usage?.completionTokens,
        'poe_proxy.account': key?.account,
      },
      errorType,
    );
  }
}

/** A closed set, and no message: that may quote a prompt. */
function typeOf(error: unknown): string {
  if (error instanceof UpstreamError) {
    return error.kind === 'status' ? knownStatus(error.status) : error.kind;
  }
  return error instanceof ApiError ? knownStatus(error.status) : 'internal_error';
}
