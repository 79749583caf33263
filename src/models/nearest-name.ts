/** A typing error of more than this share of the name is another name. */
const TOLERANCE = 0.4;
/** Names of strangers can be long, and the comparison takes the product of both lengths. */
const LONGEST = 64;

/** The name most like `wanted`, case aside, if any is like it at all. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const sought = wanted.slice(0, LONGEST).toLowerCase();
  let best: string | undefined;
  let least = Math.floor(sought.length * TOLERANCE) + 1;
  for (const name of names) {
    const distance = editDistance(sought, name.slice(0, LONGEST).toLowerCase());
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
