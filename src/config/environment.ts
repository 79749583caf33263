import {
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateIf,
  validateSync,
  type ValidationError,
} from 'class-validator';
import type { RawEnvironment } from './read-environment.ts';
import { SAMPLERS } from './tracing-config.ts';

const URL_FORM = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };
const share = { message: '$property must be a number from 0 to 1, such as 0.1' };
const oneOf = { message: '$property must be one of: $constraint1' };

/** Node's timers fire at once for what is longer than 24 days. */
const WEEK_SECONDS = 7 * 24 * 3600;
const MOST_FOOTER_WAIT_MS = 60_000;
/** A body is read as one string, and V8 has none longer. */
const MOST_BODY_MB = 500;
const MOST_PORT = 65_535;
/** More sockets than a process may have open. */
const MOST_INFLIGHT = 1_000_000;
const MOST_LOOP_DELAY_MS = 60_000;
/** Some 100 MB. */
const MOST_SPANS = 65_536;
/** A century. */
const MOST_DAYS = 36_525;
/** A day. */
const MOST_WINDOW_MINUTES = 1440;

/** The variables as their users write them, with their defaults; see .env.example for meanings. */
export class Environment {
  @IsOptional() @IsString() POE_API_KEY?: string;
  @IsOptional() @IsString() POE_TOKEN?: string;
  @IsOptional() @IsString() POE_API_KEYS?: string;
  @IsOptional() @IsString() POE_API_KEY_NAME?: string;
  @IsUrl(URL_FORM, { message: '$property must be a URL such as https://api.poe.com' })
  POE_BASE_URL = 'https://api.poe.com';
  @IsString() MODELS_FILE = './models.yaml';

  @Whole(0, Infinity, 100_000) POINTS_CUTOFF = 100_000;
  @Whole(0, Infinity, 5000) POINTS_PER_MESSAGE_WARN = 5000;
  @Whole(0, Infinity, 20_000) MAX_POINTS_PER_MESSAGE = 0;
  @IsIn(['allow', 'block'], oneOf) BALANCE_UNKNOWN = 'allow';
  @IsIn(['auto', 'message', 'error'], oneOf) PAUSED_AS = 'auto';

  @IsString() HOST = '0.0.0.0';
  @Whole(0, MOST_PORT, 8080) PORT = 8080;
  @IsString() MANAGEMENT_HOST = '127.0.0.1';
  @Whole(0, MOST_PORT, 9090) MANAGEMENT_PORT = 9090;
  @Whole(1, MOST_BODY_MB, 25) BODY_LIMIT_MB = 25;
  @Whole(0, MOST_INFLIGHT, 4000) MAX_INFLIGHT_REQUESTS = 4000;
  @WholeOrOff(10, MOST_LOOP_DELAY_MS, 500) MAX_EVENT_LOOP_DELAY_MS = 500;
  @Whole(1, WEEK_SECONDS, 75) KEEP_ALIVE_SECONDS = 75;
  @IsOptional()
  @IsUrl(URL_FORM, { message: '$property must be the URL of the source you run' })
  SOURCE_URL?: string;
  @IsOptional() @IsString() CORS_ORIGINS?: string;
  @IsOptional() @IsString() TRUSTED_PROXIES?: string;

  @Whole(0, Infinity, 60) RATE_LIMIT_REQUESTS = 60;
  @Whole(1, WEEK_SECONDS, 60) RATE_LIMIT_WINDOW_SECONDS = 60;
  @IsOptional() @IsIn(['open', 'keys'], oneOf) AUTH?: string;
  @IsOptional() @IsString() PROXY_API_KEYS?: string;
  @IsOptional() @IsString() KEYS_FILE?: string;
  @IsOptional() @IsString() ADMIN_TOKEN?: string;

  @IsIn(['auto', 'always', 'never'], oneOf) FOOTER = 'auto';
  @IsIn(['account', 'budget', 'off'], oneOf) FOOTER_BALANCE = 'account';
  @Whole(0, MOST_FOOTER_WAIT_MS, 2500) FOOTER_WAIT_MS = 2500;
  @Whole(1, WEEK_SECONDS, 15) HEARTBEAT_SECONDS = 15;
  @IsIn(['comment', 'chunk', 'off'], oneOf) HEARTBEAT_STYLE = 'comment';

  @Whole(1, WEEK_SECONDS, 600) CALL_TIMEOUT_SECONDS = 600;
  @Whole(1, WEEK_SECONDS, 10) CONNECT_TIMEOUT_SECONDS = 10;
  @Whole(0, WEEK_SECONDS, 180) HEADERS_TIMEOUT_SECONDS = 180;
  @Whole(0, WEEK_SECONDS, 12) FIRST_TOKEN_TIMEOUT_SECONDS = 12;
  @Whole(1, WEEK_SECONDS, 45) IDLE_TIMEOUT_SECONDS = 45;

  @Whole(0, 100, 10) RETRY_BUDGET_PERCENT = 10;
  @Whole(0, Infinity, 3) RETRY_BUDGET_MIN = 3;
  @Whole(0, Infinity, 20) BREAKER_MIN_CALLS = 20;
  @Whole(1, WEEK_SECONDS, 10) BREAKER_OPEN_SECONDS = 10;
  @IsIn(['cancel', 'drain'], oneOf) ABANDONED_STREAM = 'cancel';

  @WholeOrOff(10, Infinity, 500) POE_REQUESTS_PER_MINUTE = 500;
  @Whole(0, Infinity, 1000) MAX_CONCURRENT_CALLS = 0;
  @Whole(0, Infinity, 50) MAX_CONCURRENT_CALLS_PER_CALLER = 0;
  @Whole(0, WEEK_SECONDS, 30) QUEUE_TIMEOUT_SECONDS = 30;
  @Whole(0, Infinity, 1000) QUEUE_LENGTH = 1000;
  @IsOptional()
  @IsUrl(
    { ...URL_FORM, protocols: ['redis', 'rediss'] },
    { message: '$property must be a URL such as redis://redis:6379' },
  )
  REDIS_URL?: string;
  @IsOptional() @IsString() DATA_DIR?: string;
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/./, {
    message: '$property must be a URL such as postgresql://user:password@host:5432/poe_proxy',
  })
  DATABASE_URL?: string;
  @IsIn(['process', 'power'], oneOf) DB_DURABILITY = 'process';
  @IsIn(['refuse', 'local'], oneOf) STORE_DOWN = 'refuse';
  @Whole(0, MOST_DAYS, 400) LEDGER_RETENTION_DAYS = 400;
  @Whole(0, WEEK_SECONDS, 60) RECONCILIATION_INTERVAL_SECONDS = 60;
  @Whole(1, MOST_WINDOW_MINUTES, 30) RECONCILIATION_WINDOW_MINUTES = 30;
  @Whole(1, MOST_WINDOW_MINUTES, 15) RECONCILIATION_GRACE_MINUTES = 15;

  @IsString() BUDGET_TIMEZONE = 'UTC';
  @IsOptional()
  @IsUrl(URL_FORM, { message: '$property must be a URL such as https://chat.example.com/hooks/1' })
  BUDGET_WEBHOOK_URL?: string;
  @IsOptional()
  @IsUrl(URL_FORM, { message: '$property must be a URL such as http://proxy.corp:3128' })
  HTTPS_PROXY?: string;
  @IsString() NO_PROXY = '';
  @IsOptional() @IsString() NODE_EXTRA_CA_CERTS?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], oneOf) LOG_LEVEL = 'info';
  @IsNumber({}, share) @Min(0, share) @Max(1, share) LOG_SAMPLE_SUCCESSES = 1;
  @IsOptional()
  @IsUrl(URL_FORM, { message: '$property must be a URL such as http://otel-collector:4318' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  @IsOptional() @IsString() OTEL_EXPORTER_OTLP_HEADERS?: string;
  @IsIn(['true', 'false'], oneOf) OTEL_SDK_DISABLED = 'false';
  @IsIn(SAMPLERS, oneOf) OTEL_TRACES_SAMPLER = 'parentbased_always_on';
  @IsNumber({}, share) @Min(0, share) @Max(1, share) OTEL_TRACES_SAMPLER_ARG = 1;
  @Whole(1, MOST_SPANS, 2048) OTEL_BSP_MAX_QUEUE_SIZE = 2048;
  @Whole(1, MOST_SPANS, 512) OTEL_BSP_MAX_EXPORT_BATCH_SIZE = 512;
  @Whole(1, WEEK_SECONDS * 1000, 5000) OTEL_BSP_SCHEDULE_DELAY = 5000;
  @Whole(1, WEEK_SECONDS * 1000, 30_000) OTEL_BSP_EXPORT_TIMEOUT = 30_000;
  @Whole(0, WEEK_SECONDS, 0) SHUTDOWN_DELAY_SECONDS = 0;
  @Whole(0, WEEK_SECONDS, 30) SHUTDOWN_GRACE_SECONDS = 30;

  /** Unset and empty variables keep their defaults; what is wrong is added to `problems`. */
  static from(raw: RawEnvironment, problems: string[]): Environment {
    const environment = new Environment();
    const values = environment as unknown as Record<string, unknown>;
    for (const name of Object.keys(environment)) {
      // Both spellings of the proxy variables are in use; curl reads the lower-case ones first.
      const text = (raw[name] ?? raw[name.endsWith('_PROXY') ? name.toLowerCase() : name])?.trim();
      if (!text) continue;
      values[name] = typeof values[name] === 'number' ? Number(text) : text;
    }
    problems.push(...validateSync(environment, { stopAtFirstError: true }).map(firstMessage));
    return environment;
  }
}

function firstMessage(error: ValidationError): string {
  return Object.values(error.constraints ?? {})[0] ?? `${error.property} is not valid`;
}

function Whole(least: number, most: number, example: number, or = ''): PropertyDecorator {
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  const options = { message: `$property must be ${or}a whole number ${range}, such as ${example}` };
  return (target, name) => {
    for (const check of [IsInt(options), Min(least, options), Max(most, options)]) {
      check(target, name);
    }
  };
}

/** For what less of than `least` would stop all work. */
function WholeOrOff(least: number, most: number, example: number): PropertyDecorator {
  return (target, name) => {
    ValidateIf((_, value) => value !== 0)(target, name);
    Whole(least, most, example, '0 (off) or ')(target, name);
  };
}
