import type { Grade } from '../../store/schema.ts';
import { tokensAgree } from '../../usage/match-row.ts';
import type { Claimant, Entry, Match, Undecided } from './claimant.ts';
import { pairUp, type Fits } from './pair-up.ts';

interface Cases<C extends Claimant> {
  readonly entries: readonly Entry[];
  readonly claimants: readonly C[];
  readonly undecided: readonly Undecided[];
  /** Bots, in lower case, that report other token counts than Poe bills. */
  readonly disagreeing: ReadonlySet<string>;
}

/**
 * Gives entries to those whose bills they are, each to one at most. Surest first: where the token
 * counts agree; then to those without counts, in the order of their time, if nobody else can come
 * for the entry; at last to calls of bots whose counts never agree.
 */
export function matchEntries<C extends Claimant>(cases: Cases<C>): Match<C>[] {
  const { undecided, disagreeing } = cases;
  const entries = new Set(cases.entries);
  const claimants = new Set(cases.claimants);
  const matches: Match<C>[] = [];
  const pass = (wanted: (claimant: C) => boolean, fits: Fits<C>, grade?: Grade) => {
    const found = pairUp([...entries], [...claimants].filter(wanted), fits);
    for (const match of found) {
      entries.delete(match.entry);
      claimants.delete(match.claimant);
      matches.push(grade === undefined ? match : { ...match, grade });
    }
  };
  // A call under way may turn out to be the one whose bill it is.
  const isClear = memoized((entry) => !mayBeOf(undecided, entry));
  pass(
    ({ usage }) => usage !== undefined,
    ({ usage }, entry) => tokensAgree(usage, countsOf(entry)),
  );
  pass(
    ({ usage, isNameKnown }) => usage === undefined && isNameKnown,
    (_, entry) => isClear(entry),
  );
  const blind = ({ usage, isNameKnown, bots }: C) =>
    usage !== undefined && isNameKnown && [...bots].some((bot) => disagreeing.has(bot));
  pass(blind, (_, entry) => entry.isOld && isClear(entry), 'estimate');
  return matches;
}

/** Whether one of them may turn out to be the one whose bill the entry is. */
export function mayBeOf(undecided: readonly Undecided[], entry: Entry): boolean {
  const bot = entry.bot.toLowerCase();
  return undecided.some(({ bots, from }) => from <= entry.created_at && bots.has(bot));
}

function countsOf({ tokens_in, tokens_out }: Entry) {
  return { inputTokens: tokens_in ?? undefined, outputTokens: tokens_out ?? undefined };
}

function memoized(read: (entry: Entry) => boolean): (entry: Entry) => boolean {
  const known = new Map<Entry, boolean>();
  return (entry) => {
    const value = known.get(entry) ?? read(entry);
    known.set(entry, value);
    return value;
  };
}
