import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Metrics } from '../observability/metrics.ts';
import { PoeAccounts, type PoeAccount } from '../poe/poe-accounts.ts';
import { callOf, FakeLedger, rowOf } from './fake-ledger.fixture.ts';
import type { HistoryRow } from './history-row.ts';
import type { LedgerCall } from './match-row.ts';
import { PointsHistoryService } from './points-history.service.ts';
import type { UsageClient } from './usage-client.ts';

const PATIENCE_MS = 2500;

const { poe, spending } = loadConfig({ POE_API_KEYS: 'a@acme:1,b@labs:2,c@acme:3' });

let ledgers: Record<'acme' | 'labs', FakeLedger>;
let lines: { msg: string; account: string }[];
let service: PointsHistoryService;

beforeEach(() => {
  vi.useFakeTimers();
  ledgers = { acme: new FakeLedger(), labs: new FakeLedger() };
  lines = [];
  const client = {
    readHistory: (account: PoeAccount, after?: string) =>
      ledgers[account.name as 'acme' | 'labs'].readHistory(account, after),
  } as unknown as UsageClient;
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  service = new PointsHistoryService(client, new PoeAccounts(poe), log, spending, new Metrics());
});
afterEach(() => {
  service.onApplicationShutdown();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A call of one of the keys, by its name. */
function callWith(name: string, changes: Partial<LedgerCall> = {}): LedgerCall {
  const key = poe.keys.find((one) => one.name === name);
  if (!key) throw new Error(`no key is called ${name}`);
  return callOf(10, { key, ...changes });
}

/** What a claim came to, once it came to anything. */
function find(call: LedgerCall, patienceMs = PATIENCE_MS, urgent = true) {
  const claim: { row?: HistoryRow | undefined } = {};
  void service.find(call, patienceMs, urgent).then((row) => {
    claim.row = row;
  });
  return claim;
}

let bots = 0;

/** Whether a call with the key `name` takes a row of this key name, alone on the ledger, for its own. */
async function takes(name: string, keyName: string): Promise<boolean> {
  const call = callWith(name, { bot: `bot-${++bots}` });
  ledgers.acme.rows = [rowOf(call, { bot: call.bot, keyName })];
  const claim = find(call);
  await pass(PATIENCE_MS + 5);
  return claim.row !== undefined;
}

describe('calls of several accounts', () => {
  it('find their rows on the ledger of their own', async () => {
    const [ours, theirs] = [callWith('a'), callWith('b')];
    ledgers.acme.rows = [rowOf(ours, { points: 11 })];
    ledgers.labs.rows = [rowOf(theirs, { points: 22 })];
    const claims = [find(theirs), find(ours)];
    await pass(PATIENCE_MS);
    expect(claims.map(({ row }) => row?.points)).toEqual([22, 11]);
  });

  it('do not take the row of another’s, though theirs never comes', async () => {
    const call = callWith('b');
    ledgers.acme.rows = [rowOf(call)];
    const claim = find(call);
    await pass(PATIENCE_MS + 5);
    expect(claim).toEqual({ row: undefined });
    expect(ledgers.acme.reads).toEqual([]);
  });

  it('are looked for one read at a time and a second, of each account by itself', async () => {
    ledgers.acme.answersAfterMs = 3500;
    for (let nth = 0; nth < 40; nth++) {
      find(callWith('a'), 20_000);
      find(callWith('c'), 20_000);
      find(callWith('b'), 20_000);
      await pass(100);
    }
    await pass(10_000);
    for (const { reads, mostAtOnce } of Object.values(ledgers)) {
      expect(mostAtOnce).toBe(1);
      for (const [index, { at }] of reads.entries()) {
        expect(at - (reads[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(999);
      }
    }
    expect(ledgers.acme.reads).toHaveLength(4);
    expect(ledgers.labs.reads).toHaveLength(14);
  });

  it('are given up at once only where the account’s own Usage API fails', async () => {
    ledgers.acme.failing = true;
    const [ours, theirs] = [callWith('a'), callWith('b')];
    ledgers.labs.rows = [rowOf(theirs)];
    const claims = [find(ours), find(theirs)];
    await pass(200);
    expect(claims).toEqual([{ row: undefined }, { row: ledgers.labs.rows[0] }]);
    expect(lines).toMatchObject([{ msg: 'the points history cannot be read', account: 'acme' }]);
  });
});

describe('calls of several keys of one account', () => {
  it('are told apart by the keys’ names, which need no match to be known', async () => {
    const calls = [callWith('c'), callWith('a')];
    ledgers.acme.rows = calls.map((call, nth) =>
      rowOf(call, { keyName: call.key.name, points: 30 + nth }),
    );
    const claims = calls.map((call) => find(call));
    await pass(PATIENCE_MS);
    expect(claims.map(({ row }) => row?.points)).toEqual([30, 31]);
  });

  it('have their rows even when they broke off, for the name alone tells', async () => {
    const broken = callWith('a', { usage: undefined });
    ledgers.acme.rows = [
      rowOf(broken, { keyName: 'c', inputTokens: 5 }),
      rowOf(broken, { keyName: 'a', inputTokens: 6 }),
    ];
    const claim = find(broken);
    await pass(PATIENCE_MS);
    expect(claim.row).toBe(ledgers.acme.rows[1]);
  });

  it('do not take each other’s rows, even where only the other’s name is known', async () => {
    expect(await takes('a', 'a')).toBe(true);
    expect(await takes('c', 'a')).toBe(false);
    expect(await takes('c', 'what c is called at Poe')).toBe(true);
    expect(await takes('c', 'somebody')).toBe(false);
    expect(await takes('a', 'somebody')).toBe(false);
  });

  it('teach no name while their rows could be one another’s', async () => {
    const [first, second] = [callWith('a'), callWith('c')];
    ledgers.acme.rows = [
      rowOf(first, { keyName: 'Gamma', startedAt: first.sentAt + 10 }),
      rowOf(second, { keyName: 'Alpha', startedAt: first.sentAt + 30 }),
    ];
    const claims = [find(first), find(second)];
    await pass(PATIENCE_MS);
    expect(claims.map(({ row }) => row)).toEqual(ledgers.acme.rows);
    expect(await takes('c', 'Gamma')).toBe(true);
    expect(await takes('a', 'Alpha')).toBe(true);
  });
});
