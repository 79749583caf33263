import type { Rounds } from '../run-rounds.ts';
import { FIGURES } from './figures.ts';

/** Measured for judging a run, by contestant and name, round by round; null where there is none. */
export type Checks = Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;

/** What was measured and is no figure. */
export function checksOf(rounds: Rounds): Checks {
  const shown = new Set(FIGURES.map(({ id }) => id));
  const others = Object.entries(rounds).map(([name, values]) => {
    const ids = new Set(values.flatMap((round) => Object.keys(round)));
    const columns = [...ids]
      .filter((id) => !shown.has(id))
      .map((id) => [id, values.map((round) => round[id] ?? null)] as const);
    return [name, Object.fromEntries(columns)] as const;
  });
  return Object.fromEntries(others);
}
