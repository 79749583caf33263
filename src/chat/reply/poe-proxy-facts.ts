import type { BudgetView } from '../../ledger/standing.ts';
import type { RequestFacts } from '../../observability/request-facts.ts';

/** The member `poe_proxy` of an answer: the footer for machines. */
export interface PoeProxyFacts {
  readonly points: number;
  readonly points_source: 'history' | 'estimate';
  /** Null: unknown, or not to be told. */
  readonly balance: number | null;
  /** The tightest of the caller's budgets, if it is told instead. */
  readonly budget?: BudgetView;
  readonly clipped_messages: number;
  /** Calls of Poe that this answer took. */
  readonly attempts: number;
  /** Registry name of the model that answered. */
  readonly model: string;
  /** What was changed in the request so that Poe took it. */
  readonly repairs: readonly string[];
}

export function poeProxyFacts(facts: RequestFacts, budget?: BudgetView): PoeProxyFacts {
  return {
    points: facts.points ?? 0,
    points_source: facts.pointsSource ?? 'estimate',
    balance: facts.balance ?? null,
    ...(budget && { budget }),
    clipped_messages: facts.clippedMessages,
    attempts: facts.attempts,
    model: facts.model ?? '',
    repairs: facts.repairs,
  };
}
