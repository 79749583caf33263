import type { Line } from './counters.ts';

/** What has to change so that `wanted` is held instead of `held`. */
export function moveLines(held: readonly Line[], wanted: readonly Line[]): Line[] {
  const changes = wanted.map((line) => {
    const before = held.find(({ tally }) => tally === line.tally);
    return before ? { ...line, amount: line.amount - before.amount } : line;
  });
  for (const line of held) {
    const stays = wanted.some(({ tally }) => tally === line.tally);
    if (!stays) changes.push({ ...line, amount: -line.amount });
  }
  return changes;
}
