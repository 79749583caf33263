import { fileURLToPath } from 'node:url';
import type { Contestant } from './contestant.ts';

const CHAT = '/v1/chat/completions';
const KEY = 'a-key-of-the-benchmark';
/** Limits are checked, and refuse nobody. */
const NO_LIMIT = '1000000000';
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const plain = (port: number) => ({ port, path: CHAT, headers: {} });
const withKey = (port: number) => ({ ...plain(port), headers: { authorization: `Bearer ${KEY}` } });

function own(name: string, file: string, description: string, more: Record<string, string> = {}) {
  return {
    name,
    description,
    readyPath: '/health',
    launch: {
      file: pathOf(file),
      environment: (port: number, upstreamUrl: string) => ({
        UPSTREAM: upstreamUrl,
        PORT: String(port),
        ...more,
      }),
    },
    target: plain,
  } satisfies Contestant;
}

function poeProxy(name: string, description: string, more: Record<string, string> = {}) {
  return {
    name,
    description,
    readyPath: '/health/ready',
    launch: {
      file: pathOf('../../dist/main.js'),
      environment: (port: number, upstreamUrl: string) => ({
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
    target: withKey,
  } satisfies Contestant;
}

/** Those that come with the project. */
export const CONTESTANTS: readonly Contestant[] = [
  own('bare', 'bare.ts', 'Fastify and undici, bodies passed on unread'),
  own('nest', 'nest.ts', 'an empty Nest application on Fastify and undici'),
  poeProxy('poe-proxy', 'everything on'),
  poeProxy('poe-proxy-no-footer', 'everything on but the footer', { FOOTER: 'never' }),
];

/** What bare takes when it parses and prints requests: the measure for long conversations. */
export const PARSING = own('bare-parse', 'bare.ts', 'bare, JSON parsed and printed', {
  PARSE: '1',
});
