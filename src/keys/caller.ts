import type { KeyPreferences } from './roster.ts';

/** Who asks. What is spent, counted and allowed is so for a caller. */
export interface Caller extends KeyPreferences {
  /** Public, and unique: `env:<name>` for keys of PROXY_API_KEYS, `anonymous` in an open gateway. */
  readonly keyId: string;
  /** What people call the key; not unique. */
  readonly name: string;
  readonly teamId: string;
  readonly teamName: string;
  /** The only account of Poe that pays for it; undefined: any. */
  readonly poeAccount: string | undefined;
  /** ms since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
}

/** The team of whoever has no other. */
export const DEFAULT_TEAM = 'default';

export const ANONYMOUS: Caller = Object.freeze({
  keyId: 'anonymous',
  name: 'anonymous',
  teamId: DEFAULT_TEAM,
  teamName: DEFAULT_TEAM,
  models: Object.freeze(['*']),
  limits: Object.freeze({
    requestsPerMinute: undefined,
    tokensPerMinute: undefined,
    maxStreams: undefined,
  }),
  footer: undefined,
  heartbeat: undefined,
  poeAccount: undefined,
  expiresAt: undefined,
});
