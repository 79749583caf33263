import { errorTypeOf } from './error-type-of.ts';
import type { RequestFacts } from './request-facts.ts';
import type { RequestTrace } from './tracing/request-trace.ts';

/** Ends the span of a request that is over, with what its log line says. */
export function traceRequest(trace: RequestTrace, facts: RequestFacts, status: number): void {
  const { asked, answeredBy } = facts;
  const errorType = errorTypeOf(facts, status);
  // Whatever ended it, no guard is at work any more.
  facts.guards?.end({}, errorType);
  trace.end(
    {
      'http.response.status_code': status,
      'gen_ai.operation.name': asked && 'chat',
      'gen_ai.provider.name': asked && 'poe',
      'gen_ai.request.model': asked,
      'gen_ai.request.stream': facts.stream,
      'gen_ai.response.model': answeredBy,
      'gen_ai.usage.input_tokens': facts.promptTokens,
      'gen_ai.usage.output_tokens': facts.completionTokens,
      'poe_proxy.request_id': facts.id,
      'poe_proxy.ledger_id': facts.ledgerId,
      'poe_proxy.caller': facts.caller,
      'poe_proxy.team': facts.team,
      'poe_proxy.outcome': facts.outcome,
      'poe_proxy.attempts': facts.attempts || undefined,
      'poe_proxy.repairs': facts.repairs.length > 0 ? facts.repairs : undefined,
      'poe_proxy.points': facts.points,
      'poe_proxy.points_source': facts.pointsSource,
    },
    errorType,
  );
}
