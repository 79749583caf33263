import { LEDGER_KNOBS, type LedgerKnob } from '../ledger/book-call.ts';

/** `key=value` pairs of a marker. Times are in milliseconds, sizes in bytes, the rest counts. */
export interface ScenarioParameters {
  /** Completion tokens of a text answer. */
  readonly tokens?: number;
  /** Reasoning tokens. */
  readonly reasoning?: number;
  /** Billed prompt tokens instead of the sandbox's own count. */
  readonly prompt?: number;
  /** How many of the prompt tokens came from the cache. */
  readonly cached?: number;
  /** Pause between frames. */
  readonly delay?: number;
  /** Wait before the response headers. */
  readonly headers?: number;
  /** Wait before the first frame (in JSON: before the answer). */
  readonly first?: number;
  /** Ledger lag of this call. */
  readonly lag?: number;
  /** How long a row reads 0 points under `ledger=zero-first`. */
  readonly zero?: number;
  /** Content frames before the failure, or before the frame that is malformed. */
  readonly frames?: number;
  /** Bytes of the content. */
  readonly size?: number;
  /** What `bad-request-max-tokens` allows; 0 refuses any value. */
  readonly limit?: number;
  /** Seconds of `Retry-After`. */
  readonly after?: number;
  /** The field that `bad-request-param` refuses. */
  readonly param?: string;
  /** The exact answer text; URL-encoded in the marker. */
  readonly say?: string;
  readonly ledger?: LedgerKnob;
  /** Means nothing: makes two markers distinct. */
  readonly id?: string;
}

type ParameterName = keyof ScenarioParameters;

const KINDS: Readonly<Record<ParameterName, 'integer' | 'text' | 'ledger'>> = {
  tokens: 'integer',
  reasoning: 'integer',
  prompt: 'integer',
  cached: 'integer',
  delay: 'integer',
  headers: 'integer',
  first: 'integer',
  lag: 'integer',
  zero: 'integer',
  frames: 'integer',
  size: 'integer',
  limit: 'integer',
  after: 'integer',
  param: 'text',
  say: 'text',
  ledger: 'ledger',
  id: 'text',
};

export const PARAMETER_NAMES: readonly string[] = Object.keys(KINDS);

/** Throws an Error whose message says what would have been right. */
export function parseScenarioParameters(
  pairs: readonly (readonly [name: string, value: string])[],
): ScenarioParameters {
  return Object.fromEntries(pairs.map(([name, value]) => [name, parseValue(name, value)]));
}

function parseValue(name: string, value: string): string | number {
  const kind = isParameterName(name) ? KINDS[name] : undefined;
  switch (kind) {
    case 'integer':
      if (!/^\d{1,9}$/.test(value)) {
        throw new Error(`${name}=${value}: a whole number is expected`);
      }
      return Number(value);
    case 'ledger':
      if (!LEDGER_KNOBS.some((knob) => knob === value)) {
        throw new Error(`${name}=${value}: one of ${LEDGER_KNOBS.join(', ')} is expected`);
      }
      return value;
    case 'text':
      return decoded(name, value);
    case undefined:
      throw new Error(`unknown parameter "${name}"; there are ${PARAMETER_NAMES.join(', ')}`);
  }
}

function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(KINDS, name);
}

function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Error(`${name}=${value}: text must be URL-encoded`);
  }
}
