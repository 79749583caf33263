import type { Path, Report } from '../config/read-yaml.ts';
import { EntryReader } from './entry-reader.ts';
import { BUDGET_PERIODS, BUDGET_SCOPES, type BudgetRule } from './roster.ts';

/** One line: whether there is such a team, key or model is not looked at here. */
const SUBJECT = /^[^\p{Cc}]{1,128}$/u;

/** @returns undefined when the entry is too broken to be a budget; problems are reported. */
export function parseBudgetEntry(
  value: unknown,
  path: Path,
  report: Report,
): BudgetRule | undefined {
  const entry = EntryReader.of(value, path, report, [...BUDGET_SCOPES, 'period', 'points']);
  if (!entry) return undefined;
  for (const member of ['period', 'points']) {
    if (!entry.has(member)) entry.tell(member, `${member} is missing`);
  }
  const [scope, ...others] = BUDGET_SCOPES.filter((one) => entry.has(one));
  if (!scope || others.length > 0) {
    report(path, `a budget is for one of ${BUDGET_SCOPES.join(', ')}: name exactly one`);
    return undefined;
  }
  const subject = entry.text(scope, SUBJECT, 'be a name, or the id of a key');
  const period = entry.oneOf('period', BUDGET_PERIODS);
  const points = entry.whole('points', 0);
  if (subject === undefined || period === undefined || points === undefined) return undefined;
  return { id: `file:${scope}:${subject}:${period}`, scope, subject, period, points };
}
