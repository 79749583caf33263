/**
 * The value without members that are null, at any depth. Poe's strict dialect sends many of them
 * (`function_call: null`, `audio_tokens: null`) where OpenAI's schema has the member optional.
 */
export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, dropNulls(member)]));
}
