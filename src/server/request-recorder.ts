import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { recordRequest } from '../observability/record-request.ts';
import type { RequestFacts } from '../observability/request-facts.ts';
import { parseTraceContext } from '../observability/tracing/trace-context.ts';
import { traceRequest } from '../observability/trace-request.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';

/** Of what is not served. */
const OTHER = 'other';

/** Which successes have a log line. */
export interface Sampling {
  /** 0 to 1. */
  readonly share: number;
  /** Points above which a request has its line in any case; 0: none. */
  readonly dearAbove: number;
}

/** Counts every request and writes its one log line, at its end. */
export class RequestRecorder {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
    private readonly sampling: Sampling,
    private readonly tracing?: Tracing,
    private readonly random = Math.random,
  ) {}

  began({ facts, method, routeOptions, headers }: FastifyRequest): void {
    this.metrics.inFlight.inc();
    facts.trace = this.tracing?.begin(method, routeOptions.url ?? OTHER, headers);
    facts.traceId = facts.trace?.traceId ?? parseTraceContext(headers.traceparent)?.traceId;
  }

  ended(request: FastifyRequest, reply: FastifyReply): void {
    const { facts, method } = request;
    const route = request.routeOptions.url ?? OTHER;
    // A client that left before the answer began has got no status; 499 is nginx's word for it.
    const status = reply.raw.headersSent ? reply.raw.statusCode : 499;
    const ms = performance.now() - facts.arrivedAt;
    this.metrics.inFlight.dec();
    recordRequest(this.metrics, facts, { route, status, seconds: ms / 1000 });
    if (facts.trace) traceRequest(facts.trace, facts, status);
    if (!this.#isLogged(facts, status)) return;
    this.log.info(
      {
        request_id: facts.id,
        trace_id: facts.traceId,
        ledger_id: facts.ledgerId,
        caller: facts.caller,
        team: facts.team,
        method,
        route,
        status,
        outcome: facts.outcome,
        error: facts.errorCode ?? undefined,
        model: facts.model,
        stream: facts.stream,
        attempts: facts.attempts || undefined,
        repairs: facts.repairs.length > 0 ? facts.repairs : undefined,
        clipped_messages: facts.clippedMessages || undefined,
        prompt_tokens: facts.promptTokens,
        completion_tokens: facts.completionTokens,
        points: facts.points,
        points_source: facts.pointsSource,
        duration_ms: Math.round(ms),
        first_content_ms:
          facts.firstContentAt && Math.round(facts.firstContentAt - facts.arrivedAt),
        overhead_ms: facts.overheadMs && Number(facts.overheadMs.toFixed(1)),
      },
      'request',
    );
  }

  /** Whatever did not go smoothly, or cost much, is worth its line. */
  #isLogged(facts: RequestFacts, status: number): boolean {
    const { share, dearAbove } = this.sampling;
    if (share >= 1) return true;
    const { outcome = 'completed', attempts, repairs, points = 0 } = facts;
    const isSmooth = status < 400 && outcome === 'completed' && attempts <= 1;
    if (!isSmooth || repairs.length > 0) return true;
    return (dearAbove > 0 && points > dearAbove) || this.random() < share;
  }
}
