/**
 * The value without members that are null, at any depth. Poe's strict dialect sends many of them
 * (`function_call: null`, `audio_tokens: null`) where OpenAI's schema has the member optional.
 * What has none is returned as it is.
 */
export function dropNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !hasNulls(value)) return value;
  if (Array.isArray(value)) return value.map(dropNulls);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, dropNulls(member)]));
}

/** Nearly all have none, and to copy them costs ten times as much as to look. */
function hasNulls(value: object): boolean {
  const members = value as Readonly<Record<string, unknown>>;
  const isList = Array.isArray(value);
  for (const name in members) {
    const member = members[name];
    if (member === null ? !isList : typeof member === 'object' && hasNulls(member)) return true;
  }
  return false;
}
