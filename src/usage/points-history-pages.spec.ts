import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Metrics } from '../observability/metrics.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { callOf, FakeLedger, rowOf } from './fake-ledger.fixture.ts';
import type { LedgerCall } from './match-row.ts';
import { PointsHistoryService } from './points-history.service.ts';
import type { UsageClient } from './usage-client.ts';

const { poe, spending } = loadConfig({ POE_API_KEY: 'a-key' });

let ledger: FakeLedger;
let service: PointsHistoryService;

beforeEach(() => {
  vi.useFakeTimers();
  ledger = new FakeLedger();
  ledger.pageSize = 10;
  const client = ledger as unknown as UsageClient;
  const log = pino({ enabled: false });
  service = new PointsHistoryService(client, new PoeAccounts(poe), log, spending, new Metrics());
});
afterEach(() => {
  service.onApplicationShutdown();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Whether each read was of the newest page. */
const reads = () => ledger.reads.map(({ after }) => after === undefined);

/** Rows of other calls, newer than the one that is looked for. */
function bury(call: LedgerCall, rows: number): void {
  ledger.rows = [rowOf(call)];
  for (let nth = 1; nth <= rows; nth++) {
    ledger.rows.push(rowOf(callOf(5000 + nth), { startedAt: call.sentAt + 30 + nth }));
  }
}

it.each([
  [0, [true]],
  [9, [true]],
  [10, [true, false]],
  [49, [true, false, false, false, false]],
])('finds a row behind %i newer ones, a page a second', async (newer, expected) => {
  const call = callOf();
  bury(call, newer);
  const row = service.find(call, 10_000, true);
  await pass(10_000);
  expect(await row).toBe(ledger.rows[0]);
  expect(reads()).toEqual(expected);
});

it('reads five pages at most, then begins anew with the newest', async () => {
  const call = callOf();
  bury(call, 60);
  void service.find(call, 7000, true);
  await pass(6800);
  expect(reads()).toEqual([true, false, false, false, false, true, false]);
});

it('begins anew after a failure', async () => {
  const call = callOf();
  bury(call, 15);
  void service.find(call, 60_000, false);
  await pass(1000);
  ledger.failing = true;
  await pass(5000);
  ledger.failing = false;
  await pass(5000);
  expect(reads()).toEqual([true, false, true]);
});

it('goes no further back than the oldest call that waits', async () => {
  const call = callOf();
  for (let nth = 0; nth < 30; nth++) {
    ledger.rows.push(rowOf(callOf(5000 + nth), { startedAt: call.sentAt - 1 - nth }));
  }
  void service.find(call, 3500, true);
  await pass(3500);
  expect(reads()).toEqual([true, true, true, true]);
});
