import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import type { BudgetEvent } from '../src/ledger/budget-webhook.ts';
import type { SpendingReport } from '../src/ledger/spending.service.ts';
import { Database } from '../src/store/database.ts';
import { ask, chat, open as openCall, type ChatBody } from './support/chat.ts';
import { keysFile, testKey, type TestKey } from './support/keys-file.ts';
import { requestsOf } from './support/ledger-gateway.ts';
import { modelsFile } from './support/models-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const DAY_MS = 24 * 3600 * 1000;
/** What is learned of a model in one test must not change the estimates of another. */
const MODELS = `
models:
  text:
    - { poe_name: GPT-5.4-Mini, base: 60 }
    - { poe_name: GPT-4.1-mini, base: 100 }
    - { poe_name: GPT-5-mini, base: 1 }
    - { poe_name: o3, base: 1 }
    - { poe_name: GPT-4.1, base: 100, fallbacks: [Claude-Haiku-4.5, o4-mini] }
    - { poe_name: Claude-Haiku-4.5, base: 20 }
    - { poe_name: o4-mini, base: 3 }
    - { poe_name: GPT-4.1-nano, base: 3 }
    - { poe_name: GPT-5.4-Nano, base: 3 }
`;
const NAMES = ['burst', 'leaver', 'fall', 'rpm', 'tpm', 'streams', 'hooked', 'daily'] as const;
const keys = Object.fromEntries(NAMES.map((name) => [name, testKey(name)])) as Record<
  (typeof NAMES)[number],
  TestKey
>;
const KEYS = `
keys:
${keys.burst.entry()}${keys.leaver.entry()}${keys.fall.entry()}${keys.hooked.entry()}${keys.daily.entry()}
${keys.rpm.entry('requests_per_minute: 2')}${keys.tpm.entry('tokens_per_minute: 540')}
${keys.streams.entry('max_streams: 1')}
budgets:
  - { key: ${keys.burst.id}, period: week, points: 6000 }
  - { key: ${keys.burst.id}, period: month, points: 100000 }
  - { key: ${keys.leaver.id}, period: day, points: 150 }
  - { key: ${keys.hooked.id}, period: month, points: 3 }
  - { key: ${keys.daily.id}, period: day, points: 4 }
  - { model: Claude-Haiku-4.5, period: week, points: 10 }
`;

/** One gateway for all: each test has a key, and so budgets, of its own. */
let sandbox: Sandbox;
let gateway: Gateway;
let receiver: Server;
const events: BudgetEvent[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'poe-proxy-'));

const start = async () => {
  const { port } = receiver.address() as AddressInfo;
  gateway = await startGateway(sandbox.url, {
    FOOTER: 'never',
    MODELS_FILE: modelsFile(MODELS),
    KEYS_FILE: keysFile(KEYS),
    DATA_DIR: dataDir,
    BUDGET_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    POE_REQUESTS_PER_MINUTE: '0',
  });
};

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void json(request).then((event) => {
      events.push(event as BudgetEvent);
      response.end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  sandbox = await startSandbox({ balance: 10_000_000 });
  await start();
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
  receiver.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const send = ({ headers }: TestKey, body: ChatBody) => chat(gateway.url, body, headers);
const errorOf = (text: string) => (JSON.parse(text) as { error: object }).error;
const rowsOf = async ({ id }: TestKey) => {
  const rows = await requestsOf(gateway.app.get(Database, { strict: false }));
  return rows.filter((row) => row.key_id === id);
};
const budgetsOf = async ({ headers }: TestKey) => {
  const reply = await fetch(`${gateway.url}/v1/usage`, { headers });
  return ((await reply.json()) as SpendingReport).budgets;
};
const heldOf = async (key: TestKey) => (await budgetsOf(key))[0]?.held;
/** Poe was asked, and says nothing more. */
async function stall(key: TestKey, more: ChatBody = {}) {
  const call = openCall(gateway.url, ask('stall', more), key.headers);
  call.on('error', () => undefined);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return call;
}

it('is never passed by more than the estimates were wrong, though all come at once', async () => {
  const { burst } = keys;
  const body = ask('ok tokens=500 first=300', { stream: false });
  const asked = Array.from({ length: 300 }, () => send(burst, body));
  const replies = await Promise.all(asked);
  const refused = replies.filter(({ status }) => status === 402);
  const answered = replies.filter(({ status }) => status === 200);
  expect(answered.length + refused.length).toBe(300);
  // Each is estimated at 60 or a little more, and costs 69.
  expect(answered.length).toBeGreaterThanOrEqual(80);
  expect(answered.length).toBeLessThanOrEqual(100);
  await until('its bill is booked', async () => {
    const rows = await rowsOf(burst);
    const spent = rows.reduce((sum, { points }) => sum + points, 0);
    const [week, month] = await budgetsOf(burst);
    return (
      rows.every(({ status }) => status === 'completed') &&
      [week, month].every((budget) => budget?.spent === spent && budget.held === 0)
    );
  });
  const rows = await rowsOf(burst);
  const [week, month] = await budgetsOf(burst);
  const above = rows.reduce((sum, { points, held }) => sum + Math.max(0, points - held), 0);
  expect(rows).toHaveLength(answered.length);
  expect(week?.spent).toBeLessThanOrEqual(6000 + above);
  expect(week).toMatchObject({ scope: 'key', subject: burst.id, period: 'week', points: 6000 });
  expect(month).toMatchObject({ period: 'month', remaining: 100_000 - (week?.spent ?? 0) });
});

it('is named to whom it refuses, with what is spent, what is held and when it ends', async () => {
  const { leaver } = keys;
  const call = await stall(leaver, { model: 'GPT-4.1-mini' });
  const reply = await send(leaver, ask('ok', { model: 'GPT-4.1-mini' }));
  expect(reply.status).toBe(402);
  expect(reply.headers['x-should-retry']).toBe('false');
  const [budget] = await budgetsOf(leaver);
  const held = budget?.held ?? 0;
  expect(held).toBeGreaterThan(0);
  expect(errorOf(reply.text)).toMatchObject({
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: expect.stringMatching(
      new RegExp(
        `daily budget of key "${leaver.id}" .*: 0 of 150 points are spent and ${held} held.*${budget?.resets_at}`,
      ),
    ) as string,
  });
  call.destroy();
  await until('its hold is free', async () => (await heldOf(leaver)) === 0);
  const line = gateway
    .requests()
    .find(({ caller, status }) => caller === 'leaver' && status === 402);
  expect(line).toMatchObject({ model: 'GPT-4.1-mini' });
});

it('frees what was held for a request that is refused after it', async () => {
  const { leaver } = keys;
  const body = ask('ok', { model: 'o3', temperature: 'warm' });
  expect((await send(leaver, body)).status).toBe(400);
  await until('it is free', async () => (await heldOf(leaver)) === 0);
});

it('of a model is asked for the model that is really called', async () => {
  const { fall } = keys;
  const asked = () => sandbox.journal.filter(({ path }) => path.endsWith('/completions'));
  const direct = await send(fall, ask('ok', { model: 'Claude-Haiku-4.5' }));
  expect(direct.status).toBe(402);
  expect(direct.text).toContain('weekly budget of model \\"Claude-Haiku-4.5\\"');
  const before = asked().length;
  const content = '[[sandbox GPT-4.1: provider-quota]] [[sandbox: ok]]';
  const reply = await send(
    fall,
    ask('', { model: 'GPT-4.1', messages: [{ role: 'user', content }] }),
  );
  expect(reply.status).toBe(200);
  expect(
    asked()
      .slice(before)
      .map(({ model }) => model),
  ).toEqual(['GPT-4.1', 'o4-mini']);
  await until('its row is closed', async () => (await rowsOf(fall))[0]?.status === 'completed');
  expect((await rowsOf(fall))[0]).toMatchObject({ model_used: 'o4-mini', held: 3 });
});

it('lets a key ask so often in a minute', async () => {
  const { rpm } = keys;
  const replies = [
    await send(rpm, ask('ok')),
    await send(rpm, ask('ok')),
    await send(rpm, ask('ok')),
  ];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
  const [, , last] = replies;
  expect(last?.headers).toMatchObject({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '0',
  });
  expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
});

it('lets a key use so many tokens in a minute, of which it gives back what was not needed', async () => {
  const { tpm } = keys;
  const body = ask('ok first=100', { model: 'GPT-5-mini' });
  const answer = send(tpm, body);
  await until('it is under way', () => sandbox.openCalls() === 1);
  const refused = await send(tpm, body);
  expect(refused.status).toBe(429);
  expect(refused.headers['x-ratelimit-limit-tokens']).toBe('540');
  expect(errorOf(refused.text)).toMatchObject({ code: 'rate_limit_exceeded' });
  expect((await answer).status).toBe(200);
  expect((await send(tpm, body)).status).toBe(200);
});

it('lets a key have so many streams', async () => {
  const { streams } = keys;
  const call = await stall(streams);
  const refused = await send(streams, ask('ok'));
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  expect((await send(streams, ask('ok', { stream: false }))).status).toBe(200);
  call.destroy();
  await until('it may have another', async () => (await send(streams, ask('ok'))).status === 200);
});

it('is announced at 50, 80 and 100 percent, once each', async () => {
  const { hooked } = keys;
  const body = ask('ok tokens=500', { model: 'GPT-4.1-nano' });
  expect((await send(hooked, body)).status).toBe(200);
  const own = () => events.filter(({ subject }) => subject === hooked.id);
  await until('it is announced', () => own().length === 3);
  expect((await send(hooked, body)).status).toBe(402);
  expect(
    own()
      .map(({ percent }) => percent)
      .sort((a, b) => a - b),
  ).toEqual([50, 80, 100]);
  expect(own()[0]).toMatchObject({ scope: 'key', period: 'month', limit: 3 });
});

it('begins anew with the next day, and not before', async () => {
  const { daily } = keys;
  const body = ask('ok tokens=3000', { model: 'GPT-5.4-Nano' });
  expect((await send(daily, body)).status).toBe(200);
  expect((await send(daily, body)).status).toBe(402);
  const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  vi.useFakeTimers({ now: midnight - 1, toFake: ['Date'] });
  expect((await send(daily, body)).status).toBe(402);
  vi.setSystemTime(midnight);
  expect((await send(daily, body)).status).toBe(200);
});

it('is as it was after a restart', async () => {
  const announced = events.length;
  await gateway.close();
  await start();
  const rows = await rowsOf(keys.burst);
  const spent = rows.reduce((sum, { points }) => sum + points, 0);
  expect(await budgetsOf(keys.burst)).toMatchObject([
    { spent, held: 0 },
    { spent, held: 0 },
  ]);
  expect((await send(keys.hooked, ask('ok', { model: 'GPT-4.1-nano' }))).status).toBe(402);
  expect(events).toHaveLength(announced);
});
