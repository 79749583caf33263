import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestant.ts';

const CHAT = '/v1/chat/completions';
const KEY = 'a-key-of-the-benchmark';
/** As keys.yaml has it. */
const TEAM_KEY = 'sk-poe-benchbenchbe-the-secret-of-the-benchmark________________';
/** The check is made, and refuses nobody. */
const NO_LIMIT = '1000000000';

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** In the order in which they take turns. */
export const CONTESTANTS: readonly Contestant[] = [
  small('bare', 'bare.ts', 'Fastify and undici, bodies passed on unread'),
  small('nest', 'nest.ts', 'an empty Nest application on Fastify and undici'),
  poeProxy('poe-proxy', 'everything on'),
  poeProxy('poe-proxy-no-footer', 'everything on but the footer', { FOOTER: 'never' }),
  {
    name: 'portkey',
    description: '@portkey-ai/gateway 1.15.2 with @hono/node-server 1.14.0',
    launch: {
      file: pathOf('../.peers/portkey/node_modules/@portkey-ai/gateway/build/start-server.js'),
      readyPath: '/',
      words: (port) => [`--port=${port}`],
      environment: () => ({}),
    },
    target: (port, upstreamUrl) => ({
      port,
      path: CHAT,
      headers: {
        authorization: 'Bearer bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `${upstreamUrl}/v1`,
      },
    }),
  },
];

/** What keys, budgets and the ledger cost; only on request, beside `poe-proxy-open`. */
export const ON_REQUEST: readonly Contestant[] = [
  poeProxy('poe-proxy-open', 'without keys, budgets and ledger', {
    AUTH: 'open',
    PROXY_API_KEYS: '',
  }),
  {
    ...poeProxy('poe-proxy-teams', 'three budgets, three limits of the key, a ledger in SQLite', {
      PROXY_API_KEYS: '',
      KEYS_FILE: pathOf('keys.yaml'),
      // The folder that it runs in, which goes with it.
      DATA_DIR: '.',
    }),
    target: (port) => ({ port, path: CHAT, headers: { authorization: `Bearer ${TEAM_KEY}` } }),
  },
];

/** Bare that parses and prints requests: what long conversations are measured against. */
export const PARSING = small('bare-parse', 'bare.ts', 'bare, JSON parsed and printed', {
  PARSE: '1',
});

function small(
  name: string,
  file: string,
  description: string,
  more: Record<string, string> = {},
): Contestant {
  return {
    name,
    description,
    launch: {
      file: pathOf(file),
      readyPath: '/health',
      environment: (port, upstreamUrl) => ({ UPSTREAM: upstreamUrl, PORT: String(port), ...more }),
    },
    target: (port) => ({ port, path: CHAT, headers: {} }),
  };
}

function poeProxy(
  name: string,
  description: string,
  more: Record<string, string> = {},
): Contestant {
  return {
    name,
    description,
    launch: {
      file: pathOf('../../dist/main.js'),
      readyPath: '/health/ready',
      environment: (port, upstreamUrl) => ({
        POE_API_KEY: 'bench',
        POE_BASE_URL: upstreamUrl,
        MODELS_FILE: pathOf('../models.yaml'),
        HOST: '127.0.0.1',
        PORT: String(port),
        MANAGEMENT_PORT: '0',
        AUTH: 'keys',
        PROXY_API_KEYS: `bench:${KEY}`,
        RATE_LIMIT_REQUESTS: NO_LIMIT,
        POE_REQUESTS_PER_MINUTE: NO_LIMIT,
        MAX_POINTS_PER_MESSAGE: NO_LIMIT,
        MAX_EVENT_LOOP_DELAY_MS: '60000',
        FOOTER_WAIT_MS: '0',
        ...more,
      }),
    },
    target: (port) => ({ port, path: CHAT, headers: { authorization: `Bearer ${KEY}` } }),
  };
}
