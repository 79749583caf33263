/**
 * Tokens that a request lets an answer have; Infinity if it says nothing. Of two limits the larger:
 * which of them a provider goes by is not known. Total over any JSON.
 */
export function mostOutput(body: Readonly<Record<string, unknown>>): number {
  const limits = [body.max_completion_tokens, body.max_tokens].filter(
    (limit) => typeof limit === 'number' && limit > 0,
  ) as number[];
  return limits.length > 0 ? Math.max(...limits) : Infinity;
}
