import type { EntryReader } from './entry-reader.ts';
import { BUDGET_PERIODS, BUDGET_SCOPES, type BudgetRule } from './roster.ts';

/** What may be said of a budget, by the same names in a keys file and to the admin API. */
export const BUDGET_SETTINGS = [...BUDGET_SCOPES, 'period', 'points'];
/** One line: whether there is such a team, key or model is not looked at here. */
const SUBJECT = /^[^\p{Cc}]{1,128}$/u;

export type BudgetSettings = Omit<BudgetRule, 'id'>;

/** @returns undefined when it is too broken to be a budget; problems are reported. */
export function readBudgetSettings(entry: EntryReader): BudgetSettings | undefined {
  for (const member of ['period', 'points']) {
    if (!entry.has(member)) entry.tell(member, `${member} is missing`);
  }
  const [scope, ...others] = BUDGET_SCOPES.filter((one) => entry.has(one));
  if (!scope || others.length > 0) {
    entry.tellAll(`a budget is for one of ${BUDGET_SCOPES.join(', ')}: name exactly one`);
    return undefined;
  }
  const subject = entry.text(scope, SUBJECT, 'be a name, or the id of a key');
  const period = entry.oneOf('period', BUDGET_PERIODS);
  const points = entry.whole('points', 0);
  if (subject === undefined || period === undefined || points === undefined) return undefined;
  return { scope, subject, period, points };
}
