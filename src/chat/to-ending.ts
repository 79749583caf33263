import type { Ended } from '../observability/request-facts.ts';
import type { Ending } from '../ledger/ledger-entries.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

/** What the ledger keeps of how a request ended; no text of it. */
export function toEnding(
  { facts, calls, model, hasAnswered, admission }: Exchange,
  status: Ended,
  httpStatus: number,
): Ending {
  const { firstContentAt, arrivedAt } = facts;
  return {
    status,
    // Where nobody answered, it is the one that was asked last.
    model_used: (hasAnswered ? model : calls.at(-1)?.model)?.name ?? null,
    http_status: httpStatus,
    tokens_in: sumOf(calls, ({ usage }) => usage?.promptTokens),
    tokens_cached: sumOf(calls, ({ cachedTokens }) => cachedTokens),
    tokens_out: sumOf(calls, ({ usage }) => usage?.completionTokens),
    tokens_reasoning: sumOf(calls, ({ usage }) => usage?.reasoningTokens),
    held: Math.ceil(admission.estimate),
    attempts: facts.attempts,
    first_token_ms: firstContentAt === undefined ? null : Math.round(firstContentAt - arrivedAt),
    duration_ms: Math.round(performance.now() - arrivedAt),
  };
}

/** Of what is known; null if nothing is. */
function sumOf(
  calls: readonly UpstreamCall[],
  read: (call: UpstreamCall) => number | undefined,
): number | null {
  const known = calls.map(read).filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
