import type { Grade } from '../../store/schema.ts';
import type { Claimant, Entry, Match } from './claimant.ts';

export type Fits<C extends Claimant> = (claimant: C, entry: Entry) => boolean;

/**
 * Pairs in the order of time: each entry goes to the earliest of those whom it fits in account, bot,
 * time and by `fits`, so that a difference of the clocks shifts nobody to his neighbour's.
 */
export function pairUp<C extends Claimant>(
  entries: readonly Entry[],
  claimants: readonly C[],
  fits: Fits<C>,
): Match<C>[] {
  const sorted = entries.toSorted((a, b) => a.created_at - b.created_at);
  const byBot = Map.groupBy(sorted, ({ bot }) => bot.toLowerCase());
  const candidates = new Map<C, Entry[]>();
  const suitors = new Map<Entry, C[]>();
  for (const claimant of claimants.toSorted((a, b) => a.from - b.from)) {
    const found = [...claimant.bots].flatMap((bot) => within(byBot.get(bot) ?? [], claimant));
    const own = found.filter((entry) => claimant.mayOwn(entry) && fits(claimant, entry));
    candidates.set(claimant, own);
    for (const entry of own) {
      const those = suitors.get(entry);
      if (those) those.push(claimant);
      else suitors.set(entry, [claimant]);
    }
  }
  const matches: Match<C>[] = [];
  for (const entry of sorted) {
    const those = suitors.get(entry) ?? [];
    const claimant = those.find((one) => candidates.has(one));
    if (!claimant) continue;
    const choice = candidates.get(claimant) ?? [];
    candidates.delete(claimant);
    matches.push({ claimant, entry, grade: gradeOf(claimant, choice, those.length) });
  }
  return matches;
}

/** How sure it is that one of `choice` is the claimant's, and what that costs. */
function gradeOf({ usage }: Claimant, choice: readonly Entry[], suitors: number): Grade {
  if (choice.length === 1 && suitors === 1) return 'exact';
  const costTheSame = choice.every(({ points }) => points === choice[0]?.points);
  // Without token counts, those that go away empty-handed may have had another cost.
  const tells = usage !== undefined || choice.length >= suitors;
  return costTheSame && tells ? 'equal' : 'estimate';
}

/** `entries` are in the order of their time. */
function within(entries: readonly Entry[], { from, until }: Claimant): Entry[] {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.created_at ?? Infinity) < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while ((entries[end]?.created_at ?? Infinity) <= until) end++;
  return entries.slice(low, end);
}
