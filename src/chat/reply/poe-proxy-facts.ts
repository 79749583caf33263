import type { RequestFacts } from '../../observability/request-facts.ts';

/** The member `poe_proxy` of an answer: the footer for machines. */
export interface PoeProxyFacts {
  readonly points: number;
  readonly points_source: 'history' | 'estimate';
  /** Null: unknown. */
  readonly balance: number | null;
  readonly clipped_messages: number;
  /** Calls of Poe that this answer took. */
  readonly attempts: number;
  /** Registry name of the model that answered. */
  readonly model: string;
  /** What was changed in the request so that Poe took it. */
  readonly repairs: readonly string[];
}

export function poeProxyFacts(facts: RequestFacts): PoeProxyFacts {
  return {
    points: facts.points ?? 0,
    points_source: facts.pointsSource ?? 'estimate',
    balance: facts.balance ?? null,
    clipped_messages: facts.clippedMessages,
    attempts: facts.attempts,
    model: facts.model ?? '',
    repairs: facts.repairs,
  };
}
