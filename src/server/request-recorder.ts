import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Counts every request and writes its one log line, at its end. */
export class RequestRecorder {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  began(): void {
    this.metrics.inFlight.inc();
  }

  ended(request: FastifyRequest, reply: FastifyReply): void {
    const { facts, method } = request;
    const route = request.routeOptions.url ?? 'other';
    // A client that left before the answer began has got no status; 499 is nginx's word for it.
    const status = reply.raw.headersSent ? reply.raw.statusCode : 499;
    const ms = performance.now() - facts.arrivedAt;
    this.metrics.inFlight.dec();
    const { model = 'other', team = 'none' } = facts;
    this.metrics.requests.inc({ route, model, team, status });
    this.metrics.requestSeconds.observe({ route }, ms / 1000);
    this.log.info(
      {
        request_id: facts.id,
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
}
