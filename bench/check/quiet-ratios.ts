import type { Rounds } from '../run-rounds.ts';
import { ratios } from '../statistics.ts';
import type { Checked } from './checked.ts';

/** Of a core, used by something else: above it a round says more about that. */
const MOST_FOREIGN = 0.5;

/** The ratio of each round in which the two had the machine to themselves. */
export function quietRatios(
  { figure, reference, foreign }: Checked,
  subject: string,
  rounds: Rounds,
): number[] {
  const column = (name: string) =>
    (rounds[name] ?? []).map((values) => {
      const isQuiet = foreign === undefined || (values[foreign] ?? 0) <= MOST_FOREIGN;
      return isQuiet ? values[figure] : undefined;
    });
  return ratios(column(subject), column(reference));
}
