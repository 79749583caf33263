import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createRequire } from 'node:module';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import tls, { rootCertificates } from 'node:tls';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoeConfig } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { PoeDispatcher } from './poe-dispatcher.ts';

/** undici's own clock, which has no fake but this. */
const clock = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  tick(ms: number): void;
};

const fixture = (name: string) => join(import.meta.dirname, '../../test/fixtures/tls', name);
const AUTHORITY = fixture('ca.pem');
const identity = {
  key: readFileSync(fixture('server.key')),
  cert: readFileSync(fixture('server.pem')),
};

/** What came through the proxies: `host:port` of tunnels, URLs of plain requests. */
let proxied: string[];
let made: PoeDispatcher[];

function makeProxy(secure: boolean): Server {
  const proxy = secure ? createHttps(identity) : createHttp();
  proxy.on('request', (incoming, response) => {
    proxied.push(incoming.url ?? '');
    response.end('by the proxy');
  });
  proxy.on('connect', (incoming, socket, head) => {
    proxied.push(incoming.url ?? '');
    const [host = '', port] = (incoming.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on('error', () => end.destroy());
  });
  return proxy;
}

const servers = {
  plain: createHttp(({ url }, response) => url !== '/late' && response.end('plain')),
  secure: createHttps(identity, (_, response) => response.end('secure')) as Server,
  proxy: makeProxy(false),
  secureProxy: makeProxy(true),
};
const portOf = (name: keyof typeof servers) => (servers[name].address() as AddressInfo).port;
const plainUrl = () => `http://localhost:${portOf('plain')}`;
const secureUrl = () => `https://localhost:${portOf('secure')}`;
const proxyUrl = () => `http://localhost:${portOf('proxy')}`;

beforeAll(async () => {
  for (const server of Object.values(servers)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const server of Object.values(servers)) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  proxied = [];
  made = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const dispatcher of made) await dispatcher.onApplicationShutdown();
});

function dispatcherFor(settings: Partial<PoeConfig>): PoeDispatcher {
  const { poe } = loadConfig({ POE_API_KEY: 'a-key' });
  const dispatcher = new PoeDispatcher({ ...poe, ...settings });
  made.push(dispatcher);
  return dispatcher;
}

async function read(settings: Partial<PoeConfig> & { baseUrl: string }): Promise<string> {
  const { dispatcher } = dispatcherFor(settings);
  return (await request(settings.baseUrl, { dispatcher })).body.text();
}

describe('PoeDispatcher', () => {
  it.each([
    ['https://api.poe.com', 'https://api.poe.com', ''],
    ['http://localhost:3001', 'http://localhost:3001', ''],
    ['https://gateway.example.com/poe', 'https://gateway.example.com', '/poe'],
  ])('takes %s apart', (baseUrl, origin, prefix) => {
    expect(dispatcherFor({ baseUrl })).toMatchObject({ origin, prefix });
  });

  it('trusts a private authority that is configured, and no other', async () => {
    await expect(read({ baseUrl: secureUrl() })).rejects.toThrow(/certificate/);
    expect(await read({ baseUrl: secureUrl(), extraCaFile: AUTHORITY })).toBe('secure');
  });

  it('goes on trusting the public ones beside it', async () => {
    const connecting = vi.spyOn(tls, 'connect');
    await read({ baseUrl: secureUrl(), extraCaFile: AUTHORITY });
    expect(connecting).toHaveBeenCalledWith(
      expect.objectContaining({
        ca: expect.arrayContaining([rootCertificates[0]]) as unknown,
      }),
    );
    connecting.mockRestore();
  });

  it('waits for headers as long as its caller does', async () => {
    // undici's own limit would be five minutes.
    const { promise: asked, resolve: ask } = Promise.withResolvers<ServerResponse>();
    servers.plain.once('request', (_, response) => {
      ask(response);
    });
    const answer = read({ baseUrl: `${plainUrl()}/late` });
    const response = await asked;
    // The first step starts the timers that were set, the second lets them end.
    clock.tick(1000);
    clock.tick(3_600_000);
    response.end('late');
    expect(await answer).toBe('late');
  });

  it('opens no connection of its own accord after its end', async () => {
    const { dispatcher } = dispatcherFor({ baseUrl: plainUrl() });
    await made[0]?.onApplicationShutdown();
    await expect(request(plainUrl(), { dispatcher })).rejects.toThrow('destroyed');
  });
});

describe('with a proxy', () => {
  const through = (settings: Partial<PoeConfig> = {}) =>
    read({ baseUrl: secureUrl(), httpsProxy: proxyUrl(), extraCaFile: AUTHORITY, ...settings });

  it('tunnels to an upstream with TLS', async () => {
    expect(await through()).toBe('secure');
    expect(proxied).toEqual([`localhost:${portOf('secure')}`]);
  });

  it('verifies the upstream at the end of the tunnel', async () => {
    await expect(through({ extraCaFile: undefined })).rejects.toThrow(/certificate/);
  });

  it('trusts the private authority for the proxy as well', async () => {
    const httpsProxy = `https://localhost:${portOf('secureProxy')}`;
    expect(await through({ httpsProxy })).toBe('secure');
    expect(proxied).toHaveLength(1);
  });

  it.each(['localhost', '.example.com,localhost', '*'])(
    'goes around it by NO_PROXY=%s',
    async (noProxy) => {
      expect(await through({ noProxy })).toBe('secure');
      expect(proxied).toEqual([]);
    },
  );

  it('goes through it when NO_PROXY names others', async () => {
    expect(await through({ noProxy: 'example.com' })).toBe('secure');
    expect(proxied).toHaveLength(1);
  });

  it('reaches an upstream without TLS directly, whatever the environment says', async () => {
    vi.stubEnv('HTTP_PROXY', proxyUrl());
    vi.stubEnv('http_proxy', proxyUrl());
    expect(await through({ baseUrl: plainUrl() })).toBe('plain');
    expect(proxied).toEqual([]);
  });
});

it('looks for no proxy in the environment when none is configured', async () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, proxyUrl());
  expect(await read({ baseUrl: secureUrl(), extraCaFile: AUTHORITY })).toBe('secure');
  expect(proxied).toEqual([]);
});
