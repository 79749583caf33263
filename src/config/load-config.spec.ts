import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from './http-limits.ts';
import { InvalidConfiguration } from './invalid-configuration.ts';
import { loadConfig } from './load-config.ts';
import type { RawEnvironment } from './read-environment.ts';

const KEY = { POE_API_KEY: 'pk-canary-of-poe' };
const SECRET = 'canary-of-a-client';

const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-config-'));
const authority = join(folder, 'authority.pem');
writeFileSync(authority, '-----BEGIN CERTIFICATE-----\n');
const noAuthority = join(folder, 'readme.txt');
writeFileSync(noAuthority, 'no certificate');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function problemsOf(raw: RawEnvironment): readonly string[] {
  try {
    loadConfig(raw);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.problems;
    throw error;
  }
}

describe('defaults', () => {
  it('are those of the design, but for FOOTER_WAIT_MS, which has an ADR of its own', () => {
    expect(loadConfig(KEY)).toEqual({
      server: {
        host: '0.0.0.0',
        port: 8080,
        managementHost: '127.0.0.1',
        managementPort: 9090,
        bodyLimitBytes: 25 * 1024 * 1024,
        http: HTTP_LIMITS,
        maxInflightRequests: 4000,
        maxEventLoopDelayMs: 500,
        corsOrigins: [],
        trustedProxies: false,
        sourceUrl: undefined,
        shutdownDelayMs: 0,
        shutdownGraceMs: 30_000,
      },
      log: { level: 'info', sampleSuccesses: 1 },
      tracing: {
        isOn: false,
        sampler: 'parentbased_always_on',
        samplerRatio: 1,
        batches: {
          maxQueueSize: 2048,
          maxExportBatchSize: 512,
          scheduledDelayMillis: 5000,
          exportTimeoutMillis: 30_000,
        },
        variables: {},
      },
      models: { file: './models.yaml', pollMs: 2000 },
      poe: {
        keys: [{ name: 'default', account: 'default', secret: KEY.POE_API_KEY }],
        baseUrl: 'https://api.poe.com',
        httpsProxy: undefined,
        noProxy: '',
        extraCaFile: undefined,
        connectTimeoutMs: 10_000,
        headersTimeoutMs: 180_000,
        firstTokenTimeoutMs: 12_000,
        callTimeoutMs: 600_000,
        idleTimeoutMs: 45_000,
        usageTimeoutMs: 5000,
      },
      pacing: {
        requestsPerMinute: 500,
        concurrentCalls: 0,
        concurrentCallsPerCaller: 0,
        maxWaitMs: 30_000,
        maxWaiting: 1000,
      },
      store: {
        dataDir: undefined,
        databaseUrl: undefined,
        durability: 'process',
        redisUrl: undefined,
        whenDown: 'refuse',
        retentionDays: 400,
      },
      budgets: { timeZone: 'UTC', webhookUrl: undefined },
      reconciliation: {
        intervalMs: 60_000,
        windowMs: 1_800_000,
        graceMs: 900_000,
        leaveMs: 75_000,
      },
      routing: {
        retryBudgetPercent: 10,
        retryBudgetMin: 3,
        breakerCalls: 20,
        breakerOpenMs: 10_000,
        abandonedStream: 'cancel',
      },
      spending: {
        pointsCutoff: 100_000,
        pointsPerMessageWarn: 5000,
        maxPointsPerMessage: 0,
        balanceUnknown: 'allow',
        pausedAs: 'auto',
        poeApiKeyName: undefined,
      },
      footer: { mode: 'auto', balance: 'account', waitMs: 2500 },
      stream: { heartbeatMs: 15_000, heartbeatStyle: 'comment' },
      rateLimit: { requests: 60, windowMs: 60_000 },
      auth: { mode: 'open', keys: [] },
      keys: { file: undefined, pollMs: 2000 },
      admin: { tokens: [], failures: 10, windowMs: 60_000 },
    });
  });

  it('stay where a variable is empty or blank', () => {
    const empty = { PORT: '', FOOTER: ' ', AUTH: '', PROXY_API_KEYS: '', CORS_ORIGINS: '' };
    expect(loadConfig({ ...KEY, ...empty })).toEqual(loadConfig(KEY));
  });
});

describe('values', () => {
  it('are read, blanks around them aside, and turned into ms and bytes', () => {
    const config = loadConfig({
      POE_API_KEY: ' key ',
      MODELS_FILE: '/etc/models.yaml',
      PORT: ' 0 ',
      BODY_LIMIT_MB: '2',
      MAX_INFLIGHT_REQUESTS: '20000',
      KEEP_ALIVE_SECONDS: '640',
      MAX_EVENT_LOOP_DELAY_MS: '0',
      POE_REQUESTS_PER_MINUTE: '0',
      SHUTDOWN_DELAY_SECONDS: '5',
      SHUTDOWN_GRACE_SECONDS: '6',
      HEARTBEAT_SECONDS: '7',
      RATE_LIMIT_REQUESTS: '0',
      RATE_LIMIT_WINDOW_SECONDS: '8',
      CALL_TIMEOUT_SECONDS: '9',
      IDLE_TIMEOUT_SECONDS: '10',
      POE_API_KEY_NAME: 'Default API Key',
      SOURCE_URL: 'https://git.example.com/gateway',
      CORS_ORIGINS: 'https://a.example.com, http://localhost:3000',
      TRUSTED_PROXIES: '10.0.0.0/8',
      NODE_EXTRA_CA_CERTS: authority,
      NO_PROXY: 'localhost',
    });
    expect(config).toMatchObject({
      models: { file: '/etc/models.yaml' },
      server: {
        port: 0,
        bodyLimitBytes: 2 * 1024 * 1024,
        maxInflightRequests: 20_000,
        maxEventLoopDelayMs: 0,
        // There is room for more sockets than requests.
        http: { ...HTTP_LIMITS, maxConnections: 40_000, keepAliveTimeoutMs: 640_000 },
        shutdownDelayMs: 5000,
        shutdownGraceMs: 6000,
        sourceUrl: 'https://git.example.com/gateway',
        corsOrigins: ['https://a.example.com', 'http://localhost:3000'],
        trustedProxies: ['10.0.0.0/8'],
      },
      pacing: { requestsPerMinute: 0 },
      stream: { heartbeatMs: 7000 },
      rateLimit: { requests: 0, windowMs: 8000 },
      poe: {
        keys: [{ name: 'Default API Key', account: 'default', secret: 'key' }],
        callTimeoutMs: 9000,
        idleTimeoutMs: 10_000,
        extraCaFile: authority,
        noProxy: 'localhost',
      },
      spending: { poeApiKeyName: 'Default API Key' },
    });
  });

  it.each([
    ['https://api.poe.com/', 'https://api.poe.com'],
    ['https://api.poe.com/v1', 'https://api.poe.com'],
    ['https://api.poe.com/v1/', 'https://api.poe.com'],
    ['https://api.poe.com//v1//', 'https://api.poe.com'],
    ['http://localhost:3001/v1', 'http://localhost:3001'],
    ['http://sandbox:3001', 'http://sandbox:3001'],
    ['http://127.0.0.1:3001', 'http://127.0.0.1:3001'],
    ['https://gateway.example.com/poe/v1/', 'https://gateway.example.com/poe'],
    ['https://v1.example.com', 'https://v1.example.com'],
  ])('take POE_BASE_URL %s as %s', (given, baseUrl) => {
    expect(loadConfig({ ...KEY, POE_BASE_URL: given }).poe.baseUrl).toBe(baseUrl);
  });

  it.each([
    [{ POE_API_KEY: 'one' }, 'one'],
    [{ POE_TOKEN: 'two' }, 'two'],
    [{ POE_API_KEY: 'one', POE_TOKEN: 'two' }, 'one'],
    [{ POE_API_KEY: '', POE_TOKEN: 'two' }, 'two'],
  ])('take the key of %j', (raw, secret) => {
    expect(loadConfig(raw).poe.keys).toEqual([{ name: 'default', account: 'default', secret }]);
  });

  it.each([
    [{ HTTPS_PROXY: 'http://up:3128', https_proxy: 'http://low:3128' }, 'http://up:3128'],
    [{ https_proxy: 'http://low:3128' }, 'http://low:3128'],
  ])('take the proxy of %j', (raw, proxy) => {
    expect(loadConfig({ ...KEY, ...raw }).poe.httpsProxy).toBe(proxy);
  });

  it.each([
    [{}, 'open'],
    [{ AUTH: 'open' }, 'open'],
    [{ PROXY_API_KEYS: `ui:${SECRET}` }, 'keys'],
    [{ PROXY_API_KEYS: `ui:${SECRET}`, AUTH: 'keys' }, 'keys'],
  ])('with %j mean that the gateway is %s', (raw, mode) => {
    expect(loadConfig({ ...KEY, ...raw }).auth.mode).toBe(mode);
  });
});

it('freezes the configuration to its last member', () => {
  const config = loadConfig({ ...KEY, PROXY_API_KEYS: `ui:${SECRET}`, TRUSTED_PROXIES: '::1' });
  const loose: unknown[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) loose.push(value);
    Object.values(value).forEach(look);
  };
  look(config);
  expect(loose).toEqual([]);
  expect(config.auth.keys).toHaveLength(1);
});

/** Every variable with a value that is wrong, and what its user reads. */
const WRONG: [variable: string, value: string, problem: string][] = [
  ['POE_API_KEY', `${SECRET} `.repeat(2), 'POE_API_KEY has blanks or control characters in it'],
  ['POE_BASE_URL', 'api.poe.com', 'must be a URL such as https://api.poe.com'],
  ['POINTS_CUTOFF', '-1', 'must be a whole number of at least 0, such as 100000'],
  ['POINTS_PER_MESSAGE_WARN', '1.5', 'must be a whole number of at least 0, such as 5000'],
  ['MAX_POINTS_PER_MESSAGE', 'none', 'must be a whole number of at least 0, such as 20000'],
  ['BALANCE_UNKNOWN', 'maybe', 'must be one of: allow, block'],
  ['PAUSED_AS', 'prose', 'must be one of: auto, message, error'],
  ['PORT', '65536', 'must be a whole number from 0 to 65535, such as 8080'],
  ['MANAGEMENT_PORT', 'http', 'must be a whole number from 0 to 65535, such as 9090'],
  ['BODY_LIMIT_MB', '0', 'must be a whole number from 1 to 500, such as 25'],
  ['MAX_INFLIGHT_REQUESTS', '-1', 'must be a whole number from 0 to 1000000, such as 4000'],
  ['MAX_EVENT_LOOP_DELAY_MS', '9', 'must be 0 (off) or a whole number from 10 to 60000, such as'],
  ['POE_REQUESTS_PER_MINUTE', '9', 'must be 0 (off) or a whole number of at least 10, such as 500'],
  ['SOURCE_URL', 'here', 'must be the URL of the source you run'],
  ['CORS_ORIGINS', 'https://a.example.com/', 'must be * or an origin such as https://chat.corp'],
  ['TRUSTED_PROXIES', '10.0.0.0/33', 'neither an address, a CIDR such as 10.0.0.0/8, nor'],
  ['RATE_LIMIT_REQUESTS', '-5', 'must be a whole number of at least 0, such as 60'],
  ['RATE_LIMIT_WINDOW_SECONDS', '0', 'must be a whole number from 1 to 604800, such as 60'],
  ['AUTH', 'none', 'must be one of: open, keys'],
  ['PROXY_API_KEYS', SECRET, 'item 1 must be name:secret'],
  ['FOOTER', 'yes', 'must be one of: auto, always, never'],
  ['FOOTER_WAIT_MS', '60001', 'must be a whole number from 0 to 60000, such as 2500'],
  ['HEARTBEAT_SECONDS', '0', 'must be a whole number from 1 to 604800, such as 15'],
  ['HEARTBEAT_STYLE', 'ping', 'must be one of: comment, chunk, off'],
  ['CALL_TIMEOUT_SECONDS', '604801', 'must be a whole number from 1 to 604800, such as 600'],
  ['IDLE_TIMEOUT_SECONDS', '2m', 'must be a whole number from 1 to 604800, such as 45'],
  ['STORE_DOWN', 'ignore', 'must be one of: refuse, local'],
  ['BUDGET_TIMEZONE', 'Berlin', 'must be the IANA name of a time zone, such as Europe/Berlin'],
  ['BUDGET_WEBHOOK_URL', SECRET, 'must be a URL such as https://chat.example.com/hooks/1'],
  ['HTTPS_PROXY', 'proxy.corp:3128', 'must be a URL such as http://proxy.corp:3128'],
  ['NODE_EXTRA_CA_CERTS', '/nowhere.pem', '/nowhere.pem must be a readable file of PEM'],
  ['LOG_LEVEL', 'loud', 'must be one of: fatal, error, warn, info, debug, trace, silent'],
  ['SHUTDOWN_DELAY_SECONDS', '9999999', 'must be a whole number from 0 to 604800, such as 0'],
  ['SHUTDOWN_GRACE_SECONDS', '-1', 'must be a whole number from 0 to 604800, such as 30'],
];

describe('problems', () => {
  it.each(WRONG)('%s=%s is refused with what to write instead', (variable, value, problem) => {
    const found = problemsOf({ ...KEY, [variable]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${variable}\\b`));
    expect(found[0]).toContain(problem);
  });

  it('are all reported at once, each under the name of its variable', () => {
    const found = problemsOf(Object.fromEntries(WRONG.map(([name, value]) => [name, value])));
    expect(found).toHaveLength(WRONG.length);
    for (const [variable] of WRONG) {
      expect(found.filter((problem) => problem.startsWith(variable))).not.toEqual([]);
    }
  });

  it('are listed one a line in the message', () => {
    const start = () => loadConfig({ PORT: 'x' });
    expect(start).toThrow(InvalidConfiguration);
    expect(start).toThrow(
      'environment: 2 problems\n' +
        '  - PORT must be a whole number from 0 to 65535, such as 8080\n' +
        '  - POE_API_KEY is missing: set it to a key from https://poe.com/api/keys',
    );
  });

  it.each([
    ['a directory', folder],
    ['a file without a certificate', noAuthority],
  ])('refuse %s as NODE_EXTRA_CA_CERTS', (_, path) => {
    expect(problemsOf({ ...KEY, NODE_EXTRA_CA_CERTS: path })).toEqual([
      `NODE_EXTRA_CA_CERTS: ${path} must be a readable file of PEM certificates`,
    ]);
  });

  it.each([
    [{ KEYS_FILE: 'keys.yaml' }, 'keys'],
    [{ KEYS_FILE: 'keys.yaml', AUTH: 'keys' }, 'keys'],
    [{ KEYS_FILE: 'keys.yaml', AUTH: 'open' }, 'open'],
    [{}, 'open'],
  ])('with %j callers are let in by AUTH=%s', (raw, mode) => {
    const { auth, keys } = loadConfig({ ...KEY, ...raw });
    expect([auth.mode, keys.file]).toEqual([mode, (raw as { KEYS_FILE?: string }).KEYS_FILE]);
  });

  it.each([
    [{ AUTH: 'keys' }, 'AUTH=keys needs PROXY_API_KEYS'],
    [{ PROXY_API_KEYS: ' , ' }, 'AUTH=keys needs PROXY_API_KEYS'],
    [{ AUTH: 'open', PROXY_API_KEYS: `ui:${SECRET}` }, 'contradict each other'],
  ])('refuse the contradiction of %j', (raw, problem) => {
    expect(problemsOf({ ...KEY, ...raw })).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    { POE_API_KEY: `${SECRET}\t${SECRET}` },
    { POE_TOKEN: `${SECRET} ${SECRET}` },
    { POE_API_KEY_FILE: SECRET },
    { ...KEY, POE_API_KEY_FILE: SECRET, POE_TOKEN: SECRET, POE_TOKEN_FILE: SECRET },
    { ...KEY, PROXY_API_KEYS: SECRET },
    { ...KEY, PROXY_API_KEYS: `${SECRET}:ui` },
    { ...KEY, PROXY_API_KEYS: `ui:${SECRET}, ui2:${SECRET}, ui:${SECRET}2` },
    { ...KEY, PROXY_API_KEYS: `ui:0123456789abcdef,${SECRET}:rest` },
    { ...KEY, PROXY_API_KEYS: `ui:${SECRET} ${SECRET}` },
    { ...KEY, PROXY_API_KEYS: `ui:${SECRET}`, AUTH: 'open' },
    { ...KEY, ADMIN_TOKEN: SECRET },
    { ...KEY, ADMIN_TOKEN: `ann:${SECRET}` },
    { ...KEY, AUTH: SECRET, LOG_LEVEL: SECRET, PORT: SECRET, POE_BASE_URL: SECRET },
    { ...KEY, HTTPS_PROXY: `user:${SECRET}@proxy` },
  ])('never quote a secret: %j', (raw) => {
    const found = problemsOf(raw);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).not.toMatch(/canary/);
  });

  it('refuse tokens of administrators that are short', () => {
    const secret = 'x'.repeat(31);
    expect(problemsOf({ ...KEY, ADMIN_TOKEN: `ann:${secret}` })).toEqual([
      'ADMIN_TOKEN: the secret of item 1 must have at least 32 characters',
    ]);
    expect(loadConfig({ ...KEY, ADMIN_TOKEN: `ann:${secret}x` }).admin.tokens).toHaveLength(1);
  });

  it('name POE_TOKEN where that is what is wrong', () => {
    expect(problemsOf({ POE_TOKEN: 'a b' })).toEqual([expect.stringMatching(/^POE_TOKEN has/)]);
  });
});
