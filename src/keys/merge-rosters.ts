import type { BudgetRule, KeyRecord, Roster, TeamRecord } from './roster.ts';

export interface MergedRoster {
  readonly teams: ReadonlyMap<string, TeamRecord>;
  readonly keys: ReadonlyMap<string, KeyRecord>;
  readonly budgets: readonly BudgetRule[];
}

/** What several sources know together. Of what two of them name, the first is right. */
export function mergeRosters(rosters: readonly Roster[]): MergedRoster {
  const lastFirst = rosters.toReversed();
  return {
    teams: new Map(lastFirst.flatMap(({ teams }) => teams.map((team) => [team.id, team]))),
    keys: new Map(lastFirst.flatMap(({ keys }) => keys.map((key) => [key.id, key]))),
    budgets: [
      ...new Map(
        lastFirst.flatMap(({ budgets }) =>
          budgets.map((budget) => [`${budget.scope} ${budget.period} ${budget.subject}`, budget]),
        ),
      ).values(),
    ],
  };
}
