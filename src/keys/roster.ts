import type { StreamConfig } from '../config/config.ts';

/** What a key may have of its own. */
export interface KeyPreferences {
  /** Globs over registry names, case aside; `*` for all. */
  readonly models: readonly string[];
  readonly limits: KeyLimits;
  /** Goes before FOOTER. */
  readonly footer: 'on' | 'off' | undefined;
  /** Goes before HEARTBEAT_STYLE. */
  readonly heartbeat: StreamConfig['heartbeatStyle'] | undefined;
}

/** What is undefined has no limit. */
export interface KeyLimits {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  /** At the same time. */
  readonly maxStreams: number | undefined;
}

export interface TeamRecord {
  readonly id: string;
  readonly name: string;
  /** The only account of Poe that its keys draw from; undefined: any. */
  readonly poeAccount: string | undefined;
}

/** Times are ms since 1970, digests SHA-256 of the secret in hex. */
export interface KeyRecord extends KeyPreferences {
  /** The public part of the key's text. */
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly digest: string;
  /** The secret before the last rotation, good until its grace is over. */
  readonly previous: { readonly digest: string; readonly until: number } | undefined;
  readonly expiresAt: number | undefined;
  readonly enabled: boolean;
}

export const BUDGET_SCOPES = ['team', 'key', 'model'] as const;
export const BUDGET_PERIODS = ['day', 'week', 'month'] as const;

/** No more than so many points in each period, for everything that the subject stands for. */
export interface BudgetRule {
  /** The same in every process and after every start. */
  readonly id: string;
  readonly scope: (typeof BUDGET_SCOPES)[number];
  /** Id of a team or of a key, or the registry name of a model. */
  readonly subject: string;
  readonly period: (typeof BUDGET_PERIODS)[number];
  readonly points: number;
}

/** What one source knows of teams, keys and budgets. */
export interface Roster {
  readonly teams: readonly TeamRecord[];
  readonly keys: readonly KeyRecord[];
  readonly budgets: readonly BudgetRule[];
}
