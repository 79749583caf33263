import { SeededRandom } from '../../sandbox/random.ts';

/** Where a client walks away. */
export type Leave = 'never' | 'before-headers' | 'before-content' | 'mid-stream';

/** What one client does and what Poe does to it; the same seed and number give the same plan. */
export interface Plan {
  readonly number: number;
  readonly model: string;
  readonly stream: boolean;
  readonly tools: boolean;
  /** Steps of the sandbox's marker. */
  readonly steps: string;
  /** The whole answer, where it is known. */
  readonly answer: string;
  readonly leave: Leave;
  readonly leaveAfterMs: number;
  /** Reads a little at a time, with pauses. */
  readonly isSlow: boolean;
}

const MODELS = ['GPT-5.4-Mini', 'GPT-4.1', 'Claude-Haiku-4.5', 'Gemini-3-Flash', 'Imagen-4'];

/** Half of all goes well, so that circuits do not simply stay open. */
const FAIR = ['ok', 'ok first=150', 'ok delay=15', 'crlf', 'comments', 'byte-by-byte', 'no-done'];
const FOUL = [
  'cut-mid-stream',
  'cut-mid-json',
  'silent-end',
  'silent-end-empty',
  'stall',
  'stall-before-headers',
  'stall-before-first-token',
  'error-event',
  'error-event-first',
  'event-error',
  'malformed-frame',
  'usage-on-finish-chunk',
  'no-done-open',
  'giant-chunk',
  'reset',
  'reset-after-headers',
  'reset ok',
  'unavailable ok',
  'provider-error ok',
  'bad-request-upper-case',
  'bad-request-any-optional',
  'context-overflow',
  'moderation',
  'rate-limited-retry-after after=1 ok',
  'provider-quota',
  'unavailable',
  'bad-gateway',
  'html-200',
  'insufficient-credits',
];

export function plan(seed: number, number: number): Plan {
  const random = new SeededRandom(seed);
  const below = (limit: number, what: string) => random.integer(0, limit - 1, number, what);
  const pick = <T>(items: readonly T[], what: string): T => items[below(items.length, what)] as T;
  const model = pick(MODELS, 'model');
  const words = 5 + below(120, 'words');
  const answer = Array.from({ length: words }, (_, word) => `w${number}.${word}`).join(' ');
  const steps = pick(below(10, 'fair') < 6 ? FAIR : FOUL, 'steps');
  const leave = pick<Leave>(
    ['never', 'never', 'never', 'never', 'before-headers', 'before-content', 'mid-stream'],
    'leave',
  );
  return {
    number,
    model,
    stream: below(3, 'stream') > 0,
    tools: below(8, 'tools') === 0,
    steps: `${steps} say=${encodeURIComponent(answer)} id=${number}`,
    answer,
    leave,
    leaveAfterMs: below(leave === 'before-headers' ? 20 : 150, 'after'),
    isSlow: below(10, 'slow') === 0,
  };
}
