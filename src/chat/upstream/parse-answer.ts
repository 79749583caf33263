import { UpstreamError } from './upstream-error.ts';

/** Far more than any answer has, and far less than what writes JSON can take: it recurses. */
const MOST_LEVELS = 300;

/**
 * The object that `text` is the JSON of, or undefined.
 * @throws UpstreamError when it is nested deeper than could be passed on
 */
export function parseAnswer(text: string): object | undefined {
  const value = parse(text);
  if (hasManyLevels(text) && isTooDeep(value, MOST_LEVELS)) {
    throw UpstreamError.cut('Poe sent an answer beyond reason.');
  }
  return typeof value === 'object' && value !== null ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether there are enough brackets for it: nearly no answer is worth a closer look. */
function hasManyLevels(text: string): boolean {
  let levels = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      levels += 1;
      if (levels > MOST_LEVELS) return true;
    }
  }
  return false;
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isTooDeep(member, levels - 1));
}
