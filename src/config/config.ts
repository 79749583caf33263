import type { HttpLimits } from './http-limits.ts';
import type { ReconciliationConfig } from './reconciliation-config.ts';
import type { TracingConfig } from './tracing-config.ts';

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
  /** Share of the requests that went smoothly that have a line; 0 to 1. */
  abstract readonly sampleSuccesses: number;
}

export abstract class ModelsConfig {
  abstract readonly file: string;
  /** How often the file is looked at for a change. */
  abstract readonly pollMs: number;
}

/** A key of Poe. Keys of one account share its points and its requests a minute. */
export interface PoeKey {
  /** As it is called at poe.com/api/keys, where that is known: the ledger names it so. */
  readonly name: string;
  readonly account: string;
  readonly secret: string;
}

export abstract class PoeConfig {
  /** At least one. */
  abstract readonly keys: readonly PoeKey[];
  /** Without trailing slash and without `/v1`. */
  abstract readonly baseUrl: string;
  abstract readonly httpsProxy: string | undefined;
  abstract readonly noProxy: string;
  /** A file with further certificate authorities, PEM. */
  abstract readonly extraCaFile: string | undefined;
  /** Longest wait for a connection. */
  abstract readonly connectTimeoutMs: number;
  /** Longest wait for the headers of a stream; other answers have them at their end. 0 is off. */
  abstract readonly headersTimeoutMs: number;
  /** Longest wait of a text model with fallbacks for its first content. 0 is off. */
  abstract readonly firstTokenTimeoutMs: number;
  /** One deadline over all attempts of one request. */
  abstract readonly callTimeoutMs: number;
  /** Longest silence of a stream after its first content. */
  abstract readonly idleTimeoutMs: number;
  /** Longest wait for one answer of the Usage API. */
  abstract readonly usageTimeoutMs: number;
}

/** Requests towards Poe: how many, and how long the next ones wait for their turn. */
export abstract class PacingConfig {
  /** Of one account, Usage calls included; 0 is off. */
  abstract readonly requestsPerMinute: number;
  /** Calls of Poe at the same time, all callers together; 0 is off. */
  abstract readonly concurrentCalls: number;
  /** The same of one caller; 0 is off. */
  abstract readonly concurrentCallsPerCaller: number;
  abstract readonly maxWaitMs: number;
  /** Requests that may wait at a time. */
  abstract readonly maxWaiting: number;
}

/** What is kept outside of the process. There is one database, or none. */
export abstract class StoreConfig {
  /** Where SQLite keeps its file. */
  abstract readonly dataDir: string | undefined;
  /** Of PostgreSQL, password included. */
  abstract readonly databaseUrl: string | undefined;
  /** What a row in SQLite survives once it is written: the end of the process, or of the power. */
  abstract readonly durability: 'process' | 'power';
  /** Shared counts for several replicas; each counts for itself without it. */
  abstract readonly redisUrl: string | undefined;
  /** What becomes of requests while the database, or Redis where budgets are counted, is down: refused, or served alone. */
  abstract readonly whenDown: 'refuse' | 'local';
  /** How long rows of the ledger are kept; 0 is for ever. */
  abstract readonly retentionDays: number;
}

export abstract class BudgetConfig {
  /** IANA name of the zone whose days, weeks and months budgets are for. */
  abstract readonly timeZone: string;
  /** Where it is announced that a part of a budget is spent. */
  abstract readonly webhookUrl: string | undefined;
}

/** What is done about calls that failed, or whose client left. */
export abstract class RoutingConfig {
  /** Retries of a model's calls, in percent of its requests of the last minute. */
  abstract readonly retryBudgetPercent: number;
  /** Retries a minute that a model has in any case. */
  abstract readonly retryBudgetMin: number;
  /** Calls within a minute before a circuit may open; 0 is off. */
  abstract readonly breakerCalls: number;
  abstract readonly breakerOpenMs: number;
  /** A call of Poe whose client left is aborted, or read to its end, so that its cost is known. */
  abstract readonly abandonedStream: 'cancel' | 'drain';
}

export abstract class SpendingConfig {
  abstract readonly pointsCutoff: number;
  abstract readonly pointsPerMessageWarn: number;
  /** 0 is off. */
  abstract readonly maxPointsPerMessage: number;
  abstract readonly balanceUnknown: 'allow' | 'block';
  abstract readonly pausedAs: 'auto' | 'message' | 'error';
  /** The only key's name on Poe's ledger; learned from the first unambiguous match if absent. */
  abstract readonly poeApiKeyName: string | undefined;
}

export abstract class FooterConfig {
  abstract readonly mode: 'auto' | 'always' | 'never';
  /** What it says is left: on the account, in the caller's tightest budget if it has any, nothing. */
  abstract readonly balance: 'account' | 'budget' | 'off';
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

/** Keys, teams and budgets in a file. */
export abstract class KeysConfig {
  abstract readonly file: string | undefined;
  /** How often the file is looked at for a change. */
  abstract readonly pollMs: number;
}

/** Who may call the admin API, which is there only if there is anybody. */
export abstract class AdminConfig {
  abstract readonly tokens: readonly StaticKey[];
  /** Wrong or missing tokens of one address and window, after which all of it is refused. */
  abstract readonly failures: number;
  abstract readonly windowMs: number;
}

export interface StaticKey {
  readonly name: string;
  readonly secret: string;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface Config {
  readonly server: ServerConfig;
  readonly log: LogConfig;
  readonly tracing: TracingConfig;
  readonly models: ModelsConfig;
  readonly poe: PoeConfig;
  readonly pacing: PacingConfig;
  readonly store: StoreConfig;
  readonly budgets: BudgetConfig;
  readonly reconciliation: ReconciliationConfig;
  readonly routing: RoutingConfig;
  readonly spending: SpendingConfig;
  readonly footer: FooterConfig;
  readonly stream: StreamConfig;
  readonly rateLimit: RateLimitConfig;
  readonly auth: AuthConfig;
  readonly keys: KeysConfig;
  readonly admin: AdminConfig;
}
