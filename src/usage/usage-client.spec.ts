import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PoeConfig } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { ConfigModule } from '../config/config.module.ts';
import { createLog } from '../observability/create-log.ts';
import { ObservabilityModule } from '../observability/observability.module.ts';
import { PoeAccounts, type PoeAccount } from '../poe/poe-accounts.ts';
import { PoeModule } from '../poe/poe.module.ts';
import { TurnsModule } from '../poe/turns/turns.module.ts';
import { Turns } from '../poe/turns/turns.ts';
import { UsageClient, UsageUnavailable } from './usage-client.ts';

const KEY = 'pk-canary';

let server: Server;
let answer: RequestListener;
let asked: { url: string | undefined; headers: Record<string, unknown> }[];
let module: TestingModule;
let client: UsageClient;
let account: PoeAccount;

async function start(settings: Partial<PoeConfig> = {}, keys = {}): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const given = Object.keys(keys).length > 0 ? keys : { POE_API_KEY: KEY };
  const config = loadConfig({ ...given, POE_BASE_URL: `http://127.0.0.1:${port}/v1` });
  module = await Test.createTestingModule({
    imports: [
      ConfigModule.with({ ...config, poe: { ...config.poe, ...settings } }),
      ObservabilityModule.with(
        createLog({ ...config, log: { level: 'silent', sampleSuccesses: 1 } }),
        '0.0.0',
      ),
      PoeModule,
      TurnsModule,
    ],
    providers: [UsageClient],
  }).compile();
  client = module.get(UsageClient);
  [account] = module.get(PoeAccounts, { strict: false }).all as [PoeAccount];
}

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await module.close();
  server.closeAllConnections();
  server.close();
});

const json = (body: unknown, status = 200): RequestListener => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
};

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageUnavailable);
  return error as Error;
}

describe('the balance', () => {
  beforeEach(() => start());

  it.each([289_766, 0, -12])(
    'of %d is read from the root of the host, with the key',
    async (points) => {
      answer = json({ current_point_balance: points, plan_points_balance: 5 });
      expect(await client.readBalance(account)).toBe(points);
      expect(asked).toMatchObject([
        {
          url: '/usage/current_balance',
          headers: { authorization: `Bearer ${KEY}`, 'accept-encoding': 'identity' },
        },
      ]);
    },
  );

  it.each([{}, { current_point_balance: '5' }, { current_point_balance: null }, [], 'text', null])(
    'is none in %j',
    async (body) => {
      answer = json(body);
      expect((await failureOf(client.readBalance(account))).message).toBe(
        '/usage/current_balance: no current_point_balance in the answer',
      );
    },
  );
});

describe('the history', () => {
  beforeEach(() => start());

  const row = {
    creation_time: 1776123189878077,
    bot_name: 'Claude-Haiku-4.5',
    query_id: 'q/1',
    usage_type: 'API',
    cost_points: 239,
    cost_breakdown_in_points: { Input: '238 points (8369 tokens)' },
    api_key_name: 'Default API Key',
  };

  it('is read in pages of a hundred', async () => {
    answer = json({ has_more: true, length: 1, data: [row] });
    const page = await client.readHistory(account);
    expect(page).toMatchObject({ rows: [{ queryId: 'q/1', points: 239 }], next: 'q/1' });
    await client.readHistory(account, page.next);
    expect(asked.map(({ url }) => url)).toEqual([
      '/usage/points_history?limit=100',
      '/usage/points_history?limit=100&starting_after=q%2F1',
    ]);
  });

  it.each([{}, { data: null }, null, 'text'])(
    'is not taken for empty when the answer is %j',
    async (body) => {
      answer = json(body);
      expect((await failureOf(client.readHistory(account))).message).toBe(
        '/usage/points_history: no data in the answer',
      );
    },
  );
});

describe('several keys', () => {
  const ACME = 'pk-a';
  const LABS = 'pk-b';
  const SIBLING = 'pk-c';
  let refused: string[];
  let other: PoeAccount;

  beforeEach(async () => {
    refused = [];
    answer = (request, response) => {
      const isRefused = refused.includes(request.headers.authorization ?? '');
      json(isRefused ? {} : { current_point_balance: 5, data: [] }, isRefused ? 401 : 200)(
        request,
        response,
      );
    };
    await start({}, { POE_API_KEYS: `a@acme:${ACME},b@labs:${LABS},c@acme:${SIBLING}` });
    [account, other] = module.get(PoeAccounts, { strict: false }).all as [PoeAccount, PoeAccount];
  });
  /** The keys that were asked with since the last look. */
  const askedWith = () => {
    const keys = asked.map(({ headers }) => String(headers.authorization).slice('Bearer '.length));
    asked = [];
    return keys;
  };

  it('an account is asked about with a key of its own', async () => {
    await client.readBalance(account);
    await client.readBalance(other);
    await client.readHistory(other);
    expect(askedWith()).toEqual([ACME, LABS, LABS]);
  });

  it('one that is refused leaves the account to its sibling, which then comes first', async () => {
    refused = [`Bearer ${ACME}`];
    expect(await client.readBalance(account)).toBe(5);
    expect(askedWith()).toEqual([ACME, SIBLING]);
    await client.readHistory(account);
    expect(askedWith()).toEqual([SIBLING]);
    refused = [`Bearer ${SIBLING}`];
    expect(await client.readBalance(account)).toBe(5);
    expect(askedWith()).toEqual([SIBLING, ACME]);
  });

  it('are tried once each, and none of another account', async () => {
    refused = [`Bearer ${ACME}`, `Bearer ${SIBLING}`, `Bearer ${LABS}`];
    expect((await failureOf(client.readBalance(account))).message).toContain('status 401');
    expect(askedWith()).toEqual([ACME, SIBLING]);
    expect((await failureOf(client.readBalance(other))).message).toContain('status 401');
    expect(askedWith()).toEqual([LABS]);
  });

  it('are not tried one after the other when the fault is not the key’s', async () => {
    answer = json({}, 503);
    await failureOf(client.readBalance(account));
    expect(askedWith()).toEqual([ACME]);
  });
});

describe('failures', () => {
  it.each<[string, RequestListener, Partial<PoeConfig>, string]>([
    ['401', json({ error: { message: `bad key ${KEY}` } }, 401), {}, 'status 401'],
    ['503', json({}, 503), {}, 'status 503'],
    ['a page of Cloudflare', (_, r) => r.end('<html>'), {}, 'no current_point_balance'],
    ['a cut connection', (request) => request.socket.destroy(), {}, 'UND_ERR_SOCKET'],
    ['silence', () => undefined, { usageTimeoutMs: 20 }, 'ETIMEDOUT'],
  ])('by %s are told in words that may be logged', async (_, listener, settings, reason) => {
    answer = listener;
    await start(settings);
    const error = await failureOf(client.readBalance(account));
    expect(error.message).toMatch(/^\/usage\/current_balance: /);
    expect(error.message).toContain(reason);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(KEY);
  });

  it('by a closed port are told as the socket told them', async () => {
    await start();
    await new Promise((resolve) => server.close(resolve));
    expect((await failureOf(client.readBalance(account))).message).toBe(
      '/usage/current_balance: ECONNREFUSED',
    );
  });
});

it('waits for its turn like any other call of Poe', async () => {
  answer = json({ current_point_balance: 1 });
  await start();
  const turns = module.get(Turns, { strict: false });
  await client.readBalance(account);
  expect(turns.state.accounts).toMatchObject([{ requests: 1 }]);
});
