const LONGEST = 256;

/**
 * The JSON of a value, if it has at most 256 characters. Looks at no more of a value than that, so
 * that it costs nothing to ask of megabytes.
 */
export function shortJson(value: unknown): string | undefined {
  if (spend(value, LONGEST) < 0) return undefined;
  const text = JSON.stringify(value) as string | undefined;
  return text !== undefined && text.length <= LONGEST ? text : undefined;
}

/** What is left of `room` characters, at the most; below 0 if they do not do. */
function spend(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  // Not Object.entries: it would copy all members first.
  let left = room - 2;
  const members = value as Record<string, unknown>;
  for (const name in members) {
    if (left < 0) break;
    left = spend(members[name], left - 1);
    if (!Array.isArray(value)) left -= name.length;
  }
  return left;
}
