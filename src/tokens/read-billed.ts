/** Members of a request, besides `messages`, that providers read, and bill, as input. */
const BILLED = [
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'response_format',
  'prediction',
  'web_search_options',
] as const;

/** What of a body is billed besides its messages; total over any JSON. */
export function billedMembers(body: Readonly<Record<string, unknown>>): unknown[] {
  return BILLED.filter((name) => Object.hasOwn(body, name)).map((name) => body[name]);
}

/** The text that a member is counted by: its JSON; empty if it could not be sent either. */
export function readBilled(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return isObject(value) ? JSON.stringify(value) : '';
  } catch {
    // Nested too deep: the parser takes any depth, but what writes JSON recurses.
    return '';
  }
}

const sizes = new WeakMap<object, number>();

/**
 * UTF-8 bytes of that text. Remembered, because a request is sized up several times, and to write
 * megabytes of schemas takes tens of milliseconds each time.
 */
export function billedBytes(value: unknown): number {
  const known = isObject(value) ? sizes.get(value) : undefined;
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(readBilled(value));
  if (isObject(value)) sizes.set(value, bytes);
  return bytes;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
