import { UpstreamError } from './upstream-error.ts';

/** Far more than any answer has, and far less than what writes JSON can take: it recurses. */
const MOST_LEVELS = 300;
/** A level has two brackets: nearly all frames are too short to be looked at. */
const LEAST_LENGTH = 2 * MOST_LEVELS;

/**
 * The object that `text` is the JSON of, or undefined.
 * @throws UpstreamError when it is nested deeper than could be passed on
 */
export function parseAnswer(text: string): object | undefined {
  const value = parse(text);
  if (text.length > LEAST_LENGTH && isTooDeep(value, MOST_LEVELS)) {
    throw new UpstreamError({
      kind: 'cut',
      status: 502,
      message: 'Poe sent an answer beyond reason.',
    });
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

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isTooDeep(member, levels - 1));
}
