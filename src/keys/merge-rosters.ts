import type { BudgetRule, KeyRecord, Roster, TeamRecord } from './roster.ts';

export interface MergedRoster {
  readonly teams: ReadonlyMap<string, TeamRecord>;
  readonly keys: ReadonlyMap<string, KeyRecord>;
  readonly budgets: readonly BudgetRule[];
}

/** What several sources know together. Of a team or key that two of them name, the first is right. */
export function mergeRosters(rosters: readonly Roster[]): MergedRoster {
  const lastFirst = rosters.toReversed();
  return {
    teams: new Map(lastFirst.flatMap(({ teams }) => teams.map((team) => [team.id, team]))),
    keys: new Map(lastFirst.flatMap(({ keys }) => keys.map((key) => [key.id, key]))),
    budgets: rosters.flatMap(({ budgets }) => budgets),
  };
}
