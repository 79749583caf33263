import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { Metrics } from '../observability/metrics.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { callOf, FakeLedger, rowOf } from './fake-ledger.fixture.ts';
import type { HistoryRow } from './history-row.ts';
import type { LedgerCall } from './match-row.ts';
import { PointsHistoryService } from './points-history.service.ts';
import type { UsageClient } from './usage-client.ts';

const PATIENCE_MS = 2500;

let ledger: FakeLedger;
let lines: { level: number; msg: string }[];
let service: PointsHistoryService;
let key: PoeKey;

function start(settings: Record<string, string> = {}): void {
  ledger = new FakeLedger();
  lines = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  const { poe, spending } = loadConfig({ POE_API_KEY: 'a-key', ...settings });
  [key] = poe.keys as [PoeKey];
  const client = ledger as unknown as UsageClient;
  service = new PointsHistoryService(client, new PoeAccounts(poe), log, spending, new Metrics());
}

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  service.onApplicationShutdown();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** What a claim came to, once it came to anything. */
function find(call: LedgerCall, patienceMs = PATIENCE_MS, urgent = true) {
  const claim: { row?: HistoryRow | undefined; at?: number } = {};
  void service.find(call, patienceMs, urgent).then((row) => {
    Object.assign(claim, { row, at: performance.now() });
  });
  return claim;
}

describe('the calls of the Usage API', () => {
  it('are none before anybody waits and after everybody has', async () => {
    await pass(60_000);
    expect(ledger.reads).toEqual([]);
    const call = callOf();
    ledger.rows = [rowOf(call)];
    const claim = find(call);
    await pass(PATIENCE_MS);
    expect(claim.row).toBe(ledger.rows[0]);
    const { length } = ledger.reads;
    await pass(60_000);
    expect(ledger.reads).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are none for those who do not wait', async () => {
    const claim = find(callOf(), 0);
    await pass(0);
    expect(claim).toMatchObject({ row: undefined, at: performance.now() });
    await pass(5000);
    expect(ledger.reads).toEqual([]);
  });

  it.each([20, 900, 3500])(
    'are one at a time and one a second, however many wait, at %i ms each',
    async (answersAfterMs) => {
      ledger.answersAfterMs = answersAfterMs;
      for (let nth = 0; nth < 60; nth++) {
        find(callOf(nth), nth % 2 ? 2500 : 5000, nth % 3 > 0);
        await pass(137);
      }
      await pass(20_000);
      expect(ledger.mostAtOnce).toBe(1);
      expect(ledger.reads.length).toBeGreaterThan(2);
      for (const [index, { at }] of ledger.reads.entries()) {
        expect(at - (ledger.reads[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(999);
      }
    },
  );

  it('are one in five seconds while nobody is in a hurry', async () => {
    find(callOf(), 60_000, false);
    await pass(60_000);
    expect(ledger.reads.length).toBeGreaterThanOrEqual(11);
    expect(ledger.reads.length).toBeLessThanOrEqual(12);
  });
});

describe('a row', () => {
  it('is found when it turns up late', async () => {
    const call = callOf();
    const claim = find(call);
    await pass(1000);
    expect(claim).toEqual({});
    ledger.rows = [rowOf(call)];
    await pass(1000);
    expect(claim.row).toBe(ledger.rows[0]);
    expect(claim.row?.isOneOfEquals).toBeUndefined();
  });

  it('is given up in time, even while a read hangs', async () => {
    ledger.answersAfterMs = 30_000;
    const call = callOf();
    ledger.rows = [rowOf(call)];
    const began = performance.now();
    const claim = find(call, 2500);
    await pass(PATIENCE_MS + 5);
    expect(claim.row).toBeUndefined();
    expect((claim.at ?? 0) - began).toBeCloseTo(2500, -1);
  });

  it('is the bill of one call only', async () => {
    const call = callOf();
    ledger.rows = [rowOf(call)];
    const claims = [find(call), find({ ...call })];
    await pass(PATIENCE_MS + 5);
    expect(claims.filter(({ row }) => row)).toHaveLength(1);
    expect(ledger.rows[0]).toMatchObject({ isOneOfEquals: true });
    const later = find({ ...call });
    await pass(PATIENCE_MS + 5);
    expect(later).toMatchObject({ row: undefined });
  });

  it('is nobody’s where two that differ could be meant', async () => {
    const call = callOf();
    ledger.rows = [rowOf(call), rowOf(call, { points: 8 })];
    const claim = find(call);
    await pass(PATIENCE_MS + 5);
    expect(claim).toMatchObject({ row: undefined });
  });

  it('waits for its rivals’ rows as long as it can, and then costs what theirs cost', async () => {
    const call = callOf();
    ledger.rows = [rowOf(call)];
    const claims = [find(call), find({ ...call })];
    await pass(2000);
    expect(claims).toEqual([{}, {}]);
    ledger.rows.push(rowOf(call));
    await pass(500);
    expect(new Set(claims.map(({ row }) => row)).size).toBe(2);
    expect(claims[0]?.row).toBeDefined();
  });

  it('is not waited for because of a call that broke off and could have any row', async () => {
    const call = callOf();
    const broken = find(callOf(10, { usage: undefined }), 60_000, false);
    ledger.rows = [rowOf(call)];
    const claim = find(call);
    await pass(200);
    expect(claim.row).toBe(ledger.rows[0]);
    expect(broken.at).toBeUndefined();
  });

  it('is waited for where only the number of rows tells it from one of those', async () => {
    start({ POE_API_KEY_NAME: 'ours' });
    const call = callOf();
    find(callOf(10, { usage: undefined }), 60_000, false);
    ledger.rows = [rowOf(call, { inputTokens: undefined, outputTokens: undefined })];
    const claim = find(call);
    await pass(PATIENCE_MS - 100);
    expect(claim.at).toBeUndefined();
  });

  it('is not looked for by more than a thousand calls that nobody waits for', async () => {
    const many = Array.from({ length: 1001 }, (_, nth) => find(callOf(nth), 60_000, false));
    await pass(0);
    expect(many.filter(({ at }) => at !== undefined)).toHaveLength(1);
    const urgent = callOf(5000);
    ledger.rows = [rowOf(urgent)];
    const claim = find(urgent);
    await pass(1500);
    expect(claim.row).toBe(ledger.rows[0]);
  });

  it('is everybody’s own under concurrency, in whatever order rows turn up', async () => {
    const plans = fc.array(
      fc.record({
        bot: fc.constantFrom('one', 'two', 'three'),
        gapMs: fc.integer({ min: 0, max: 60 }),
        lagMs: fc.integer({ min: 0, max: 800 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        start();
        const found: [HistoryRow, { row?: HistoryRow | undefined }][] = [];
        for (const [nth, { bot, gapMs, lagMs }] of plan.entries()) {
          const call = callOf(100 + nth, { bot });
          const row = rowOf(call, { bot: bot.toUpperCase(), points: nth });
          setTimeout(() => ledger.rows.push(row), lagMs);
          found.push([row, find(call)]);
          await pass(gapMs);
        }
        await pass(PATIENCE_MS);
        for (const [row, claim] of found) expect(claim.row).toBe(row);
        service.onApplicationShutdown();
      }),
      { numRuns: 30 },
    );
  });
});

describe('the name of our key', () => {
  const learn = async (changes: Partial<HistoryRow> = {}, call = callOf(999)) => {
    ledger.rows = [rowOf(call, changes)];
    find(call);
    await pass(PATIENCE_MS);
  };
  /** Whether the row of another key is taken for ours. */
  const takesRowOf = async (keyName: string) => {
    const call = callOf(1, { key });
    ledger.rows = [rowOf(call, { keyName })];
    const claim = find(call);
    await pass(PATIENCE_MS + 5);
    return claim.row !== undefined;
  };

  it('is learned from the first row that is unmistakable', async () => {
    await learn({ keyName: 'ours' });
    expect(await takesRowOf('theirs')).toBe(false);
    expect(await takesRowOf('ours')).toBe(true);
  });

  it('is not learned while several rows could be meant, though they cost the same', async () => {
    const call = callOf(999);
    ledger.rows = [rowOf(call, { keyName: 'theirs' }), rowOf(call, { keyName: 'ours' })];
    const claim = find(call);
    await pass(PATIENCE_MS);
    expect(claim.row?.keyName).toBe('theirs');
    expect(await takesRowOf('ours')).toBe(true);
  });

  it('may be known from the start', async () => {
    start({ POE_API_KEY_NAME: 'ours' });
    expect(await takesRowOf('theirs')).toBe(false);
    expect(await takesRowOf('ours')).toBe(true);
  });

  it('that is wrong in the configuration is said once', async () => {
    start({ POE_API_KEY_NAME: 'typo' });
    for (const tokens of [10, 20]) {
      const call = callOf(tokens, { key });
      ledger.rows = [...ledger.rows, rowOf(call, { keyName: 'theirs' })];
      const claim = find(call);
      await pass(PATIENCE_MS + 100);
      expect(claim.at).toBeDefined();
      expect(claim.row).toBeUndefined();
    }
    expect(lines).toMatchObject([{ level: 40, known: 'typo', seen: 'theirs' }]);
  });

  it('is not what the only key is called in the configuration, when nobody called it so', async () => {
    const call = callOf(1, { key });
    ledger.rows = [rowOf(call, { bot: 'Other', keyName: key.name }), rowOf(call)];
    const claim = find(call);
    await pass(PATIENCE_MS);
    expect(claim.row).toBe(ledger.rows[1]);
  });

  it.each<[string, Partial<HistoryRow>, LedgerCall?]>([
    ['without token counts', { inputTokens: undefined, outputTokens: undefined }],
    ['without a key name', { keyName: undefined }],
  ])('is not learned from a row %s', async (_, changes) => {
    await learn(changes);
    expect(await takesRowOf('theirs')).toBe(true);
  });

  it('is needed for a call that broke off: its row could be anybody’s', async () => {
    const broken = { usage: undefined };
    const stranger = callOf(1, broken);
    ledger.rows = [rowOf(stranger, { keyName: 'theirs', inputTokens: 5, outputTokens: 5 })];
    const early = find(stranger);
    await pass(PATIENCE_MS + 5);
    expect(early).toMatchObject({ row: undefined });

    await learn({ keyName: 'ours' });
    const ours = callOf(1, broken);
    ledger.rows = [
      rowOf(ours, { keyName: 'theirs', inputTokens: 5 }),
      rowOf(ours, { keyName: 'ours', inputTokens: 6 }),
    ];
    const claim = find(ours);
    await pass(PATIENCE_MS);
    expect(claim.row).toBe(ledger.rows[1]);
  });
});

describe('while the Usage API fails', () => {
  beforeEach(() => {
    ledger.failing = true;
  });

  it('urgent claims are given up at once, later ones without asking', async () => {
    const began = performance.now();
    const claim = find(callOf());
    await pass(200);
    expect(claim).toMatchObject({ row: undefined });
    expect((claim.at ?? 0) - began).toBeLessThan(200);
    const next = find(callOf());
    await pass(0);
    expect(next).toMatchObject({ row: undefined });
    expect(ledger.reads).toHaveLength(1);
  });

  it('others wait for it to come back, which is said once, like its failure', async () => {
    const call = callOf();
    const claim = find(call, 60_000, false);
    await pass(30_000);
    expect(claim).toEqual({});
    ledger.failing = false;
    ledger.rows = [rowOf(call)];
    await pass(6000);
    expect(claim.row).toBe(ledger.rows[0]);
    const urgent = callOf(77);
    ledger.rows.push(rowOf(urgent));
    const next = find(urgent);
    await pass(PATIENCE_MS);
    expect(next.row).toBe(ledger.rows[1]);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the points history cannot be read',
      'the points history is read again',
    ]);
  });
});

describe('a bot that bills other counts than it reports', () => {
  const ask = async (tokens: number, told = tokens + 1) => {
    const call = callOf(tokens);
    ledger.rows = [rowOf(call, { inputTokens: told })];
    const claim = find(call);
    await pass(PATIENCE_MS + 5);
    return claim;
  };
  const answersAtOnce = async () => {
    const claim = find(callOf());
    await pass(0);
    return 'at' in claim;
  };

  it('is not waited for after two calls in a row', async () => {
    expect((await ask(10)).row).toBeUndefined();
    expect(await answersAtOnce()).toBe(false);
    await pass(PATIENCE_MS);
    expect((await ask(20)).row).toBeUndefined();
    expect(await answersAtOnce()).toBe(true);
  });

  it('is waited for again after a match, which others go on looking for', async () => {
    for (const tokens of [10, 20]) await ask(tokens);
    const call = callOf(30);
    ledger.rows = [rowOf(call)];
    const claim = find(call, 60_000, false);
    await pass(6000);
    expect(claim.row).toBe(ledger.rows[0]);
    expect(await answersAtOnce()).toBe(false);
  });

  it('is none whose rows agree, but could be those of two calls', async () => {
    for (const tokens of [10, 20, 30]) {
      const call = callOf(tokens);
      ledger.rows = [rowOf(call), rowOf(call, { points: 8 })];
      find(call);
      await pass(PATIENCE_MS + 5);
    }
    expect(await answersAtOnce()).toBe(false);
  });

  it('is none whose rows are merely late', async () => {
    ledger.rows = [];
    for (const tokens of [10, 20, 30]) {
      find(callOf(tokens));
      await pass(PATIENCE_MS + 5);
    }
    expect(await answersAtOnce()).toBe(false);
  });
});

it('lets nobody wait at the end', async () => {
  const claims = [find(callOf()), find(callOf(), 60_000, false)];
  service.onApplicationShutdown();
  expect(vi.getTimerCount()).toBe(0);
  await pass(0);
  expect(claims).toEqual([
    { row: undefined, at: performance.now() },
    { row: undefined, at: performance.now() },
  ]);
  await pass(60_000);
  expect(ledger.reads).toEqual([]);
});
