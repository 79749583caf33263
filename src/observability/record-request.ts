import { errorTypeOf, knownStatus } from './error-type-of.ts';
import type { Metrics } from './metrics.ts';
import type { RequestFacts } from './request-facts.ts';

export interface RequestEnd {
  /** Template, or `other`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** Counts a request that is over. */
export function recordRequest(metrics: Metrics, facts: RequestFacts, end: RequestEnd): void {
  const { model = 'other', team = 'none' } = facts;
  const { route, seconds } = end;
  const status = knownStatus(end.status);
  metrics.requests.inc({ route, model, team, status });
  if (facts.outcome === 'paused') metrics.paused.inc();
  if (end.status === 429) metrics.throttled.inc({ reason: facts.limitOf ?? 'other' });
  if (facts.asked === undefined) return;
  metrics.genAi.observe({
    asked: facts.asked,
    answered: facts.answeredBy,
    errorType: errorTypeOf(facts, end.status),
    seconds,
    firstTokenSeconds: firstTokenSeconds(facts),
    secondsPerToken: secondsPerToken(facts),
  });
  if (facts.attempts > 0 && facts.overheadMs !== undefined) {
    metrics.overhead.observe(facts.overheadMs / 1000);
  }
}

function firstTokenSeconds({ stream, firstContentAt, arrivedAt }: RequestFacts) {
  if (!stream || firstContentAt === undefined) return undefined;
  return (firstContentAt - arrivedAt) / 1000;
}

function secondsPerToken(facts: RequestFacts): number | undefined {
  const { stream, outcome, firstContentAt, answeredAt, completionTokens = 0 } = facts;
  if (!stream || outcome !== 'completed' || completionTokens < 2) return undefined;
  if (firstContentAt === undefined || answeredAt === undefined) return undefined;
  return (answeredAt - firstContentAt) / 1000 / (completionTokens - 1);
}
