export interface SandboxKey {
  readonly name: string;
  readonly key: string;
  /** Keys of one account share its balance, ledger and rate limit; `default` if not said. */
  readonly account?: string;
}

export interface SandboxOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Any other key is answered with 401. */
  readonly keys: readonly SandboxKey[];
  /** Points of each account. */
  readonly balance: number;
  /** From the end of a response until its row is visible and the balance lower; seeded in between. */
  readonly ledgerLagMs: readonly [minimum: number, maximum: number];
  /** Pause between two SSE frames. */
  readonly chunkDelayMs: number;
  /** How long image, video and audio bots work; the real ones take 0.7 to 197 s. */
  readonly mediaDelayMs: number;
  /** Of each account, all its keys together. */
  readonly requestsPerMinute: number;
  /** Poe's clock minus ours. */
  readonly clockSkewMs: number;
  /**
   * Whether an answer that did not reach its end is billed for what was produced. Nobody recorded
   * what Poe does; true is the assumption that a budget should be made with.
   */
  readonly billAborted: boolean;
  /**
   * Answers in each bot's own dialect whatever `poe-feature` asks for. Nobody recorded whether bots
   * that others host obey the flag.
   */
  readonly ignoreFeatureFlags: boolean;
  /** The oldest entries go first, so that a long run does not fill the memory. */
  readonly journalLimit: number;
  readonly seed: number;
}

export const DEFAULT_OPTIONS: SandboxOptions = {
  host: '127.0.0.1',
  port: 0,
  keys: [{ name: 'Default API Key', key: 'sandbox-key' }],
  balance: 1_000_000,
  ledgerLagMs: [0, 0],
  chunkDelayMs: 0,
  mediaDelayMs: 50,
  requestsPerMinute: 500,
  clockSkewMs: 0,
  billAborted: true,
  ignoreFeatureFlags: false,
  journalLimit: 10_000,
  seed: 1,
};
