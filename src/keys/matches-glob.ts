/**
 * Whether all of `text` is as `glob` says, case aside: `*` is any run of characters, `?` any one.
 * In time of the product of both lengths at most, whatever stands in them.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = glob.toLowerCase();
  const name = text.toLowerCase();
  let at = 0;
  let position = 0;
  /** Behind the last star, and where what follows it is tried. */
  let retryAt = -1;
  let retryPosition = 0;
  while (position < name.length) {
    if (pattern[at] === '*') {
      retryAt = ++at;
      retryPosition = position;
    } else if (pattern[at] === '?' || pattern[at] === name[position]) {
      at += 1;
      position += 1;
    } else if (retryAt >= 0) {
      at = retryAt;
      position = ++retryPosition;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
