import { STATUS_CODES } from 'node:http';
import type { Metrics } from './metrics.ts';
import type { RequestFacts } from './request-facts.ts';

/** nginx's word for a client that left before it got a status. */
const CLIENT_LEFT = 499;

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
  const status = known(end.status);
  metrics.requests.inc({ route, model, team, status });
  if (facts.outcome === 'paused') metrics.paused.inc();
  if (end.status === 429) metrics.throttled.inc({ reason: facts.limitOf ?? 'other' });
  if (facts.asked === undefined) return;
  metrics.genAi.observe({
    asked: facts.asked,
    answered: facts.answeredBy,
    errorType: errorTypeOf(facts, end.status, status),
    seconds,
    firstTokenSeconds: firstTokenSeconds(facts),
    secondsPerToken: secondsPerToken(facts),
  });
  if (facts.attempts > 0 && facts.overheadMs !== undefined) {
    metrics.overhead.observe(facts.overheadMs / 1000);
  }
}

/** Poe may answer with any number, and those that it refuses with go to clients as they are. */
function known(status: number): string {
  return status in STATUS_CODES || status === CLIENT_LEFT ? String(status) : 'other';
}

function errorTypeOf({ outcome }: RequestFacts, status: number, label: string): string | undefined {
  if (outcome === 'abandoned' || status === CLIENT_LEFT) return 'abandoned';
  if (status >= 400) return label;
  return outcome === 'failed' ? 'stream_error' : undefined;
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
