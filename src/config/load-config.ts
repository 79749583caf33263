import type {
  AuthConfig,
  BudgetConfig,
  Config,
  FooterConfig,
  LogLevel,
  PacingConfig,
  RoutingConfig,
  SpendingConfig,
  StoreConfig,
  StreamConfig,
} from './config.ts';
import { Environment } from './environment.ts';
import { HTTP_LIMITS } from './http-limits.ts';
import { InvalidConfiguration } from './invalid-configuration.ts';
import { loadPoeConfig } from './load-poe-config.ts';
import { loadTracingConfig } from './load-tracing-config.ts';
import { parseList, parseOrigins, parseStaticKeys, parseTrustedProxies } from './parse-lists.ts';
import type { RawEnvironment } from './read-environment.ts';
import { readSecrets } from './read-secrets.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Who has it can give keys to anybody. */
const LEAST_TOKEN_LENGTH = 32;

/**
 * The environment as one frozen, typed object.
 * @throws InvalidConfiguration with every problem at once; no problem quotes a secret.
 */
export function loadConfig(raw: RawEnvironment): Config {
  const problems: string[] = [];
  const settings = readSecrets(raw, problems);
  const env = Environment.from(settings, problems);
  const config: Config = {
    server: {
      host: env.HOST,
      port: env.PORT,
      managementHost: env.MANAGEMENT_HOST,
      managementPort: env.MANAGEMENT_PORT,
      bodyLimitBytes: env.BODY_LIMIT_MB * 1024 * 1024,
      http: {
        ...HTTP_LIMITS,
        keepAliveTimeoutMs: env.KEEP_ALIVE_SECONDS * SECOND,
        maxConnections: Math.max(HTTP_LIMITS.maxConnections, 2 * env.MAX_INFLIGHT_REQUESTS),
      },
      maxInflightRequests: env.MAX_INFLIGHT_REQUESTS,
      maxEventLoopDelayMs: env.MAX_EVENT_LOOP_DELAY_MS,
      corsOrigins: parseOrigins(env.CORS_ORIGINS, problems),
      trustedProxies: parseTrustedProxies(env.TRUSTED_PROXIES, problems),
      sourceUrl: env.SOURCE_URL,
      shutdownDelayMs: env.SHUTDOWN_DELAY_SECONDS * SECOND,
      shutdownGraceMs: env.SHUTDOWN_GRACE_SECONDS * SECOND,
    },
    log: { level: env.LOG_LEVEL as LogLevel, sampleSuccesses: env.LOG_SAMPLE_SUCCESSES },
    tracing: loadTracingConfig(env, settings),
    models: { file: env.MODELS_FILE, pollMs: 2 * SECOND },
    poe: loadPoeConfig(env, problems),
    pacing: pacingConfig(env),
    store: storeConfig(env, problems),
    budgets: budgetConfig(env, problems),
    reconciliation: {
      intervalMs: env.RECONCILIATION_INTERVAL_SECONDS * SECOND,
      windowMs: env.RECONCILIATION_WINDOW_MINUTES * MINUTE,
      graceMs: env.RECONCILIATION_GRACE_MINUTES * MINUTE,
      leaveMs: 75 * SECOND,
    },
    routing: {
      retryBudgetPercent: env.RETRY_BUDGET_PERCENT,
      retryBudgetMin: env.RETRY_BUDGET_MIN,
      breakerCalls: env.BREAKER_MIN_CALLS,
      breakerOpenMs: env.BREAKER_OPEN_SECONDS * SECOND,
      abandonedStream: env.ABANDONED_STREAM as RoutingConfig['abandonedStream'],
    },
    spending: {
      pointsCutoff: env.POINTS_CUTOFF,
      pointsPerMessageWarn: env.POINTS_PER_MESSAGE_WARN,
      maxPointsPerMessage: env.MAX_POINTS_PER_MESSAGE,
      balanceUnknown: env.BALANCE_UNKNOWN as SpendingConfig['balanceUnknown'],
      pausedAs: env.PAUSED_AS as SpendingConfig['pausedAs'],
      poeApiKeyName: env.POE_API_KEY_NAME,
    },
    footer: {
      mode: env.FOOTER as FooterConfig['mode'],
      balance: env.FOOTER_BALANCE as FooterConfig['balance'],
      waitMs: env.FOOTER_WAIT_MS,
    },
    stream: {
      heartbeatMs: env.HEARTBEAT_SECONDS * SECOND,
      heartbeatStyle: env.HEARTBEAT_STYLE as StreamConfig['heartbeatStyle'],
    },
    rateLimit: {
      requests: env.RATE_LIMIT_REQUESTS,
      windowMs: env.RATE_LIMIT_WINDOW_SECONDS * SECOND,
    },
    auth: authConfig(env, problems),
    keys: { file: env.KEYS_FILE, pollMs: 2 * SECOND },
    admin: {
      tokens: parseStaticKeys(env.ADMIN_TOKEN, problems, 'ADMIN_TOKEN', LEAST_TOKEN_LENGTH),
      failures: 10,
      windowMs: 60 * SECOND,
    },
  };
  if (problems.length > 0) throw new InvalidConfiguration('environment', problems);
  return freeze(config);
}

function pacingConfig(env: Environment): PacingConfig {
  return {
    requestsPerMinute: env.POE_REQUESTS_PER_MINUTE,
    concurrentCalls: env.MAX_CONCURRENT_CALLS,
    concurrentCallsPerCaller: env.MAX_CONCURRENT_CALLS_PER_CALLER,
    maxWaitMs: env.QUEUE_TIMEOUT_SECONDS * SECOND,
    maxWaiting: env.QUEUE_LENGTH,
  };
}

function storeConfig(env: Environment, problems: string[]): StoreConfig {
  if (env.DATA_DIR !== undefined && env.DATABASE_URL !== undefined) {
    problems.push(
      'DATA_DIR and DATABASE_URL are both set: keep one of them, there is one database',
    );
  }
  return {
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    durability: env.DB_DURABILITY as StoreConfig['durability'],
    redisUrl: env.REDIS_URL,
    whenDown: env.STORE_DOWN as StoreConfig['whenDown'],
    retentionDays: env.LEDGER_RETENTION_DAYS,
  };
}

function budgetConfig(env: Environment, problems: string[]): BudgetConfig {
  if (!isTimeZone(env.BUDGET_TIMEZONE)) {
    problems.push('BUDGET_TIMEZONE must be the IANA name of a time zone, such as Europe/Berlin');
  }
  return {
    timeZone: env.BUDGET_TIMEZONE,
    webhookUrl: env.BUDGET_WEBHOOK_URL,
  };
}

function authConfig(env: Environment, problems: string[]): AuthConfig {
  const keys = parseStaticKeys(env.PROXY_API_KEYS, problems);
  const hasKeys = env.PROXY_API_KEYS !== undefined || env.KEYS_FILE !== undefined;
  const mode = env.AUTH ?? (hasKeys ? 'keys' : 'open');
  const mayComeLater = [env.KEYS_FILE, env.DATA_DIR, env.DATABASE_URL].some(Boolean);
  if (mode === 'keys' && !mayComeLater && parseList(env.PROXY_API_KEYS).length === 0) {
    problems.push(
      'AUTH=keys needs PROXY_API_KEYS, KEYS_FILE or a database: give keys, or set AUTH=open',
    );
  }
  if (mode === 'open' && env.PROXY_API_KEYS !== undefined) {
    problems.push('AUTH=open and PROXY_API_KEYS contradict each other: remove one of them');
  }
  return { mode: mode as AuthConfig['mode'], keys };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member);
  }
  return Object.freeze(value);
}
