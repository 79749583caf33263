import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { PoeConfig, type PoeKey } from '../src/config/config.ts';
import { PoeAccounts } from '../src/poe/poe-accounts.ts';
import { BalanceService } from '../src/usage/balance.service.ts';
import type { HistoryRow } from '../src/usage/history-row.ts';
import { PointsHistoryService } from '../src/usage/points-history.service.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

const POE_API_KEYS = 'a@acme:key-a,b@labs:key-b,c@acme:key-c';
const BOT = 'GPT-5.4-Mini';

let sandbox: Sandbox;
let gateway: Gateway;

/** Poe with the keys of two accounts, which it may call otherwise than we do. */
async function startPoe(names: Record<string, string> = {}): Promise<void> {
  const key = (name: string, account: string) => ({
    name: names[name] ?? name,
    account,
    key: `key-${name}`,
  });
  sandbox = await startSandbox({
    keys: [key('a', 'acme'), key('b', 'labs'), key('c', 'acme')],
    ledgerLagMs: [0, 800],
  });
  sandbox.account('labs').balance = 500_000;
}

async function start(environment: Record<string, string> = {}): Promise<void> {
  gateway = await startGateway(sandbox.url, { POE_API_KEY: '', POE_API_KEYS, ...environment });
}

afterEach(async () => {
  await gateway.close();
  await sandbox.close();
});

/** What is known of the balance by now; old readings are renewed meanwhile. */
async function balance(): Promise<number | undefined> {
  const service = gateway.app.get(BalanceService, { strict: false });
  await service.ensureFresh();
  return service.balance;
}

const usageCalls = () => sandbox.journal.filter(({ path }) => path.startsWith('/usage/'));

describe('the balance of two accounts, one of them with two keys', () => {
  // Near the cutoff readings are renewed every five seconds.
  const nearCutoff = { POINTS_CUTOFF: '1400000' };

  beforeEach(() => startPoe());

  it('adds up, each account once, in the footer too', async () => {
    await start();
    expect(await balance()).toBe(1_500_000);
    const { pointsLeft } = gateway.app.get(PoeAccounts, { strict: false }).all[1] ?? {};
    expect(pointsLeft).toBe(500_000);
    const { content } = readStream((await chat(gateway.url, ask('ok'))).text);
    const spent = sandbox.account('acme').ledger[0]?.cost_points ?? 0;
    expect(content).toContain(`Balance: ${(1_500_000 - spent).toLocaleString('en-US')}`);
  });

  it('keeps the last figure of an account whose Usage API is down, and reads the other', async () => {
    await start(nearCutoff);
    expect(await balance()).toBe(1_500_000);
    Object.assign(sandbox.account('labs'), { isUsageDown: true, balance: 1 });
    sandbox.account('acme').balance = 950_000;
    const hasFailed = () => usageCalls().some(({ status }) => status === 503);
    await until('both were asked', async () => (await balance()) !== 1_500_000 && hasFailed());
    expect(await balance()).toBe(1_450_000);
  });

  it('is that of the other, while one was never read', async () => {
    sandbox.account('acme').isUsageDown = true;
    await start(nearCutoff);
    expect(await balance()).toBe(500_000);
    const paused = await chat(gateway.url, ask('ok'));
    expect(paused.headers['x-poe-proxy-paused']).toBe('balance');
    sandbox.account('acme').isUsageDown = false;
    await until('it was read', async () => (await balance()) === 1_500_000);
    expect((await chat(gateway.url, ask('ok'))).headers['x-poe-proxy-paused']).toBeUndefined();
  });
});

describe('a key that Poe refuses', () => {
  it('leaves its account to a sibling, and is not asked with every time', async () => {
    await startPoe();
    await start({ POE_API_KEYS: 'old@acme:revoked,a@acme:key-a' });
    expect(await balance()).toBe(1_000_000);
    const row = await findRow(await callPoe('a', 'ok'));
    expect(row?.queryId).toBe(sandbox.ledger[0]?.query_id);
    const statuses = usageCalls().map(({ status }) => status);
    expect(statuses.slice(0, 2)).toEqual([401, 200]);
    expect(statuses.length).toBeGreaterThan(2);
    expect(new Set(statuses.slice(2))).toEqual(new Set([200]));
  });
});

describe('rows of calls of one bot with the same token counts', () => {
  /** Costs differ by what came from the cache, which no usage of an answer tells. */
  const steps = (cached: number) => `ok prompt=8000 tokens=5 cached=${cached}`;

  const expectOwnRows = async () => {
    const before = sandbox.journal.length;
    const calls = await Promise.all(
      ['a', 'b', 'c'].map((name, nth) => callPoe(name, steps(1000 * nth))),
    );
    const rows = await Promise.all(calls.map(findRow));
    const made = sandbox.journal.slice(before).filter(({ queryId }) => queryId !== undefined);
    const own = calls.map(({ key }) =>
      made.find(({ headers }) => headers.authorization === `Bearer ${key.secret}`),
    );
    expect(new Set(own.map((entry) => entry?.points)).size).toBe(3);
    expect(rows.map((row) => row?.queryId)).toEqual(own.map((entry) => entry?.queryId));
  };

  it('are matched to the call of their key and account', async () => {
    await startPoe();
    await start();
    for (let round = 0; round < 3; round++) await expectOwnRows();
  });

  it('are so too where Poe calls the keys otherwise, once it was learned how', async () => {
    await startPoe({ a: 'Default API Key', b: 'Default API Key', c: 'Batch' });
    await start();
    for (const [nth, name] of ['a', 'b', 'c'].entries()) {
      expect(await findRow(await callPoe(name, `ok prompt=${100 + nth}`))).toBeDefined();
    }
    for (let round = 0; round < 3; round++) await expectOwnRows();
  });
});

interface PoeCall {
  readonly key: PoeKey;
  readonly sentAt: number;
  readonly respondedAt: number;
  readonly usage: { prompt_tokens: number; completion_tokens: number };
}

/** A call of Poe with this key, as the gateway would make it. */
async function callPoe(name: string, steps: string): Promise<PoeCall> {
  const { keys } = gateway.app.get(PoeConfig, { strict: false });
  const key = keys.find((one) => one.name === name);
  if (!key) throw new Error(`no key is called ${name}`);
  const sentAt = Date.now();
  const response = await fetch(`${sandbox.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...ask(steps), model: BOT, stream: false }),
  });
  const respondedAt = Date.now();
  const { usage } = (await response.json()) as Pick<PoeCall, 'usage'>;
  return { key, sentAt, respondedAt, usage };
}

function findRow({ key, sentAt, respondedAt, usage }: PoeCall): Promise<HistoryRow | undefined> {
  const history = gateway.app.get(PointsHistoryService, { strict: false });
  const call = {
    key,
    bot: BOT,
    sentAt,
    respondedAt,
    usage: {
      promptTokens: usage.prompt_tokens,
      completionTokens: usage.completion_tokens,
      reasoningTokens: 0,
    },
  };
  return history.find(call, 5000, true);
}
