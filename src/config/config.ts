import type { HttpLimits } from './http-limits.ts';

/**
 * The validated settings, one class per slice. The classes double as injection tokens: a consumer
 * asks for the slice it needs and nothing else. Times are milliseconds, sizes bytes, money points.
 */
export abstract class ServerConfig {
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly managementHost: string;
  abstract readonly managementPort: number;
  abstract readonly bodyLimitBytes: number;
  abstract readonly http: HttpLimits;
  /** Requests of /v1/ served at one time; 0 is off. */
  abstract readonly maxInflightRequests: number;
  /** How late the event loop may be, smoothed; 0 is off. */
  abstract readonly maxEventLoopDelayMs: number;
  /** Origins that browsers may call from; `*` for any, empty for none. */
  abstract readonly corsOrigins: readonly string[];
  /** CIDRs or a number of hops whose `X-Forwarded-For` is believed; `false` for none. */
  abstract readonly trustedProxies: readonly string[] | number | false;
  /** Where to get the source, if it is not the project's own. */
  abstract readonly sourceUrl: string | undefined;
  abstract readonly shutdownDelayMs: number;
  abstract readonly shutdownGraceMs: number;
}

export abstract class LogConfig {
  abstract readonly level: LogLevel;
}

export abstract class ModelsConfig {
  abstract readonly file: string;
  /** How often the file is looked at for a change. */
  abstract readonly pollMs: number;
}

export abstract class PoeConfig {
  abstract readonly apiKey: string;
  /** Without trailing slash and without `/v1`. */
  abstract readonly baseUrl: string;
  abstract readonly httpsProxy: string | undefined;
  abstract readonly noProxy: string;
  /** A file with further certificate authorities, PEM. */
  abstract readonly extraCaFile: string | undefined;
  abstract readonly connectTimeoutMs: number;
  /** One deadline over all attempts of one request. */
  abstract readonly callTimeoutMs: number;
  /** Longest silence of a stream after its first content. */
  abstract readonly idleTimeoutMs: number;
  /** Longest wait for one answer of the Usage API. */
  abstract readonly usageTimeoutMs: number;
}

export abstract class SpendingConfig {
  abstract readonly pointsCutoff: number;
  abstract readonly pointsPerMessageWarn: number;
  /** 0 is off. */
  abstract readonly maxPointsPerMessage: number;
  abstract readonly balanceUnknown: 'allow' | 'block';
  abstract readonly pausedAs: 'auto' | 'message' | 'error';
  /** The key's name on Poe's ledger; learned from the first unambiguous match if absent. */
  abstract readonly poeApiKeyName: string | undefined;
}

export abstract class FooterConfig {
  abstract readonly mode: 'auto' | 'always' | 'never';
  abstract readonly waitMs: number;
}

export abstract class StreamConfig {
  abstract readonly heartbeatMs: number;
  abstract readonly heartbeatStyle: 'comment' | 'chunk' | 'off';
}

export abstract class RateLimitConfig {
  /** Per client IP and window; 0 is off. */
  abstract readonly requests: number;
  abstract readonly windowMs: number;
}

export abstract class AuthConfig {
  abstract readonly mode: 'open' | 'keys';
  abstract readonly keys: readonly StaticKey[];
}

export interface StaticKey {
  readonly name: string;
  readonly secret: string;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface Config {
  readonly server: ServerConfig;
  readonly log: LogConfig;
  readonly models: ModelsConfig;
  readonly poe: PoeConfig;
  readonly spending: SpendingConfig;
  readonly footer: FooterConfig;
  readonly stream: StreamConfig;
  readonly rateLimit: RateLimitConfig;
  readonly auth: AuthConfig;
}
