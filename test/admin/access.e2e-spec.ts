import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import type { Config } from '../../src/config/config.ts';
import { ADMIN, ADMIN_SECRET, askAdmin } from '../support/admin-api.ts';
import { describeDatabases } from '../support/databases.ts';
import { startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';
import { listRoutes } from '../support/list-routes.ts';
import { startGateway, type Gateway } from '../support/start-gateway.ts';

/** What needs no admin token on the management port: also what users reach, with keys of theirs. */
const OPEN = /^\/(?:$|metrics$|health\/|docs(?:-json$|\/|$)|v1\/)/;
const TEAM_KEY = 'a-key-of-a-team-0123456789';

let sandbox: Sandbox;
const gateways: Gateway[] = [];
const start = async (environment: Record<string, string> = {}, failures = 1000) => {
  const gateway = await startGateway(sandbox.url, environment, (config: Config) => ({
    ...config,
    admin: { ...config.admin, failures },
  }));
  gateways.push(gateway);
  return gateway;
};
const admin = { ...ADMIN, PROXY_API_KEYS: `ci:${TEAM_KEY}` };
const STRANGERS = [
  ['no token', ''],
  ['an empty token', 'Bearer '],
  ['a wrong token', `Bearer ${ADMIN_SECRET}x`],
  ['a part of the token', `Bearer ${ADMIN_SECRET.slice(0, -1)}`],
  ['another scheme', `Basic ${ADMIN_SECRET}`],
  ['the name alone', 'Bearer ann'],
  ['name and token', `Bearer ann:${ADMIN_SECRET}`],
  ['the key of a team', `Bearer ${TEAM_KEY}`],
] as const;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close();
});
afterAll(() => sandbox.close());

describe('Every route of the management port', () => {
  it('but those that are known needs an admin token, and none of them is on the public port', async () => {
    const gateway = await start(admin);
    const routes = listRoutes(gateway).filter(({ path }) => !OPEN.test(path));
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path, listener } of routes) {
      const url = path.replaceAll(/:\w+/g, 'x');
      const body = ['POST', 'PATCH'].includes(method) ? {} : undefined;
      for (const [who, authorization] of STRANGERS) {
        const reply = await askAdmin(gateway, method, url, body, { authorization });
        expect([method, path, who, reply.status]).toEqual([method, path, who, 401]);
        if (method === 'HEAD') continue;
        expect(reply.body).toMatchObject({ error: { code: 'invalid_admin_token' } });
      }
      expect([method, path, listener]).toEqual([method, path, 'management']);
      const there = await askAdmin({ managementUrl: gateway.url }, method, url, body);
      expect([method, path, there.status]).toEqual([method, path, 404]);
      const ours = await askAdmin(gateway, method, url, body);
      expect([method, path, ours.status === 401]).toEqual([method, path, false]);
    }
  });

  it.each(['/admin', '/admin/', '/admin/nothing', '/%61dmin/keys', '/admin/keys?x=1', '/admin?x'])(
    'is not told from what is not there: %s',
    async (path) => {
      const gateway = await start(admin);
      const reply = await askAdmin(gateway, 'GET', path, undefined, { authorization: '' });
      expect(reply.status).toBe(401);
    },
  );

  it('is not there without ADMIN_TOKEN', async () => {
    const gateway = await start();
    expect(listRoutes(gateway).filter(({ path }) => path.startsWith('/admin'))).toEqual([]);
    for (const path of ['/admin', '/admin/keys']) {
      expect((await askAdmin(gateway, 'GET', path)).status).toBe(404);
    }
  });
});

describe('An address that has no token', () => {
  it('is refused before its body is read, slowed down, and logged without what it sent', async () => {
    const gateway = await start(admin, 3);
    const wrong = { authorization: 'Bearer canary-of-a-guess' };
    // Its body, which is no JSON, would be complained of if anybody read it.
    const guess = () =>
      fetch(`${gateway.managementUrl}/admin/keys`, {
        method: 'POST',
        headers: { ...wrong, 'content-type': 'application/json' },
        body: '{',
      });
    const replies = [await guess(), await guess(), await guess(), await guess()];
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    expect(replies[0]?.headers.get('x-should-retry')).toBe('false');
    expect(Number(replies[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    // Who is right learns as little.
    expect((await askAdmin(gateway, 'GET', '/admin/keys')).status).toBe(429);
    const lines = gateway.log.filter(({ msg }) => msg === 'a request without an admin token');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ level: 'warn', address: '127.0.0.1' });
    expect(JSON.stringify(gateway.log)).not.toContain('canary');
    // What is not for administrators goes on.
    expect((await fetch(`${gateway.managementUrl}/metrics`)).status).toBe(200);
  });

  it('is not slowed down by what others do right', async () => {
    const gateway = await start({ ...admin, DATA_DIR: '' }, 2);
    for (let count = 0; count < 5; count++) {
      expect((await askAdmin(gateway, 'GET', '/admin/nothing')).status).toBe(404);
    }
  });
});

it('says without a database what to set', async () => {
  const gateway = await start(ADMIN);
  const answer = async (method: string, path: string, body?: unknown) => {
    const reply = await askAdmin(gateway, method, `/admin${path}`, body);
    const { code, message } = reply.body.error as { code: string; message: string };
    expect(message).toMatch(/DATA_DIR or DATABASE_URL/);
    return [reply.status, code];
  };
  for (const path of ['/teams', '/keys', '/budgets', '/audit']) {
    expect(await answer('GET', path)).toEqual([409, 'no_database']);
  }
  expect(await answer('POST', '/keys', { name: 'ci' })).toEqual([409, 'no_database']);
  expect(await answer('GET', '/usage')).toEqual([404, 'no_ledger']);
  expect(await answer('GET', '/requests')).toEqual([404, 'no_ledger']);
});

describeDatabases('While the database is away', (databases) => {
  let kept: LedgerGateway | undefined;
  afterEach(() => kept?.close());

  it('the admin API says so', async () => {
    kept = await startLedgerGateway(databases, ADMIN);
    const { gateway } = kept;
    await databases.lose();
    const reply = await askAdmin(gateway, 'POST', '/admin/teams', { name: 'data' });
    expect([reply.status, reply.body.error]).toMatchObject([503, { code: 'store_unavailable' }]);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
