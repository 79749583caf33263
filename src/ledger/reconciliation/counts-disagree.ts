import type { Database } from '../../store/database.ts';
import type { Case } from './case.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * Bots, in lower case, of calls that report other token counts than Poe bills, as its legacy dialect
 * does: of a whole day no call found its entry by them.
 */
export async function countsDisagree(
  { reports }: Database,
  cases: readonly Case[],
  now: number,
): Promise<ReadonlySet<string>> {
  const asked = cases.filter(({ usage, isRipe }) => usage !== undefined && isRipe);
  const disagreeing = new Set<string>();
  for (const model of new Set(asked.flatMap(({ models }) => models))) {
    const agreed = await reports
      .selectFrom('calls')
      .select('id')
      .where('bot', '=', model)
      .where('sent_at', '>=', now - DAY_MS)
      .where('tokens_in', 'is not', null)
      .where('query_id', 'is not', null)
      .where('grade', 'in', ['exact', 'equal'])
      .limit(1)
      .executeTakeFirst();
    if (!agreed) disagreeing.add(model.toLowerCase());
  }
  return disagreeing;
}
