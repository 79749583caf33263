import { DEFAULT_OPTIONS, type SandboxKey, type SandboxOptions } from './sandbox-options.ts';

/** Where the command listens if nobody says; the programmatic API takes any free port. */
const DEFAULT_PORT = 8787;

/** Throws an Error that names the variable and what it should look like. */
export function optionsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): SandboxOptions {
  const integer = (name: string, fallback: number): number => {
    const text = environment[name] ?? '';
    if (text === '') return fallback;
    if (!/^-?\d{1,15}$/.test(text)) throw new Error(`${name}=${text}: a whole number is expected`);
    return Number(text);
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const text = environment[name] ?? '';
    if (text === '') return fallback;
    if (text !== 'true' && text !== 'false') {
      throw new Error(`${name}=${text}: true or false is expected`);
    }
    return text === 'true';
  };
  return {
    host: environment.SANDBOX_HOST ?? DEFAULT_OPTIONS.host,
    port: integer('SANDBOX_PORT', DEFAULT_PORT),
    keys: parseKeys(environment.SANDBOX_KEYS),
    balance: integer('SANDBOX_BALANCE', DEFAULT_OPTIONS.balance),
    ledgerLagMs: parseRange(environment.SANDBOX_LEDGER_LAG_MS),
    chunkDelayMs: integer('SANDBOX_CHUNK_DELAY_MS', 20),
    mediaDelayMs: integer('SANDBOX_MEDIA_DELAY_MS', 2000),
    requestsPerMinute: integer('SANDBOX_REQUESTS_PER_MINUTE', DEFAULT_OPTIONS.requestsPerMinute),
    clockSkewMs: integer('SANDBOX_CLOCK_SKEW_MS', DEFAULT_OPTIONS.clockSkewMs),
    billAborted: flag('SANDBOX_BILL_ABORTED', DEFAULT_OPTIONS.billAborted),
    ignoreFeatureFlags: flag('SANDBOX_IGNORE_FEATURE_FLAGS', DEFAULT_OPTIONS.ignoreFeatureFlags),
    journalLimit: integer('SANDBOX_JOURNAL_LIMIT', 1000),
    seed: integer('SANDBOX_SEED', DEFAULT_OPTIONS.seed),
  };
}

/** `team-a:key-1,team-b@account:key-2`; a key may contain colons and `@`, names may not. */
function parseKeys(text = ''): readonly SandboxKey[] {
  if (text === '') return DEFAULT_OPTIONS.keys;
  return text.split(',').map((pair) => {
    const [owner = '', ...rest] = pair.split(':');
    const key = rest.join(':').trim();
    const [name = '', account, ...tooMany] = owner.split('@').map((part) => part.trim());
    if (name === '' || account === '' || tooMany.length > 0 || key === '') {
      throw new Error(
        'SANDBOX_KEYS: name:key or name@account:key, separated by commas, are expected',
      );
    }
    return account === undefined ? { name, key } : { name, account, key };
  });
}

/** `200`, or `0-800`. */
function parseRange(text = ''): readonly [number, number] {
  if (text === '') return DEFAULT_OPTIONS.ledgerLagMs;
  const [, minimum, maximum = minimum] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (minimum === undefined || Number(maximum) < Number(minimum)) {
    throw new Error(
      `SANDBOX_LEDGER_LAG_MS=${text}: milliseconds such as 200 or 0-800 are expected`,
    );
  }
  return [Number(minimum), Number(maximum)];
}
