import type { Rounds } from '../run-rounds.ts';
import { ratios, spreadOf, type Spread } from '../statistics.ts';
import { checksOf, type Checks } from './checks-of.ts';
import { notices } from './notices.ts';
import { FIGURES, type Figure } from './figures.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly isPinned: boolean;
  /** How processes were kept apart. */
  readonly pinning: string;
}

export interface Measured extends Spread {
  /** A round without a figure has null. */
  readonly rounds: readonly (number | null)[];
  /** To the figure's reference in the same round. */
  readonly ratio?: Spread;
}

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly isShort: boolean;
  /** Descriptions by name. */
  readonly contestants: Readonly<Record<string, string>>;
  readonly figures: readonly (Figure & {
    readonly byContestant: Readonly<Record<string, Measured>>;
  })[];
  readonly checks: Checks;
  /** Who failed at what. */
  readonly problems: readonly string[];
  /** What makes a figure worth less than it looks. */
  readonly notices: readonly string[];
}

type About = Pick<Results, 'date' | 'machine' | 'isShort' | 'contestants' | 'problems'>;

export function toResults(rounds: Rounds, about: About): Results {
  const names = Object.keys(rounds);
  const figures = FIGURES.flatMap((figure) => {
    const measured = names.flatMap((name) => {
      const one = measure(rounds, name, figure);
      return one ? [[name, one] as const] : [];
    });
    return measured.length === 0 ? [] : [{ ...figure, byContestant: Object.fromEntries(measured) }];
  });
  const checks = checksOf(rounds);
  return { ...about, figures, checks, notices: notices(checks, about.machine.isPinned) };
}

function measure(rounds: Rounds, name: string, figure: Figure): Measured | undefined {
  const column = (of: string) => (rounds[of] ?? []).map((values) => values[figure.id]);
  const values = column(name);
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const ratio = figure.isDifference ? [] : ratios(values, column(figure.reference));
  return {
    ...spreadOf(known),
    rounds: values.map((value) => value ?? null),
    ...(ratio.length > 0 && { ratio: spreadOf(ratio) }),
  };
}
