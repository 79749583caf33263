import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { BalanceService } from './balance.service.ts';
import type { UsageClient } from './usage-client.ts';

/** Poe's account: answers `points` as they are when the answer leaves, or fails. */
class Account {
  points = 1_000_000;
  answersAfterMs = 10;
  failing = false;
  reads = 0;

  async readBalance(): Promise<number> {
    this.reads += 1;
    await new Promise((resolve) => setTimeout(resolve, this.answersAfterMs));
    if (this.failing) throw new Error('no answer');
    return this.points;
  }
}

let account: Account;
let lines: { msg: string; balance?: number }[];
let service: BalanceService;

function start(settings: Record<string, string> = {}): void {
  account = new Account();
  lines = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  const { poe, spending } = loadConfig({ POE_API_KEY: 'a-key', ...settings });
  const client = account as unknown as UsageClient;
  service = new BalanceService(client, new PoeAccounts(poe), spending, log);
}

const cost = (points: number) => new Map([['default', points]]);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Reads the balance now, whatever its age. */
const refresh = async () => {
  await pass(30_000);
  void service.ensureFresh();
  await pass(account.answersAfterMs);
};
const isSettled = async (promise: Promise<unknown>) => {
  const pending = Symbol();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
};

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('reading', () => {
  it('begins with the application, and everybody waits for the first, which is one', async () => {
    service.onApplicationBootstrap();
    expect(account.reads).toBe(1);
    const waiting = [service.ensureFresh(), service.ensureFresh()];
    expect(await isSettled(Promise.race(waiting))).toBe(false);
    expect(service.balance).toBeUndefined();
    await pass(10);
    await Promise.all(waiting);
    expect(service.balance).toBe(1_000_000);
    expect(account.reads).toBe(1);
  });

  it('goes on in the background: nobody waits for it any more', async () => {
    await refresh();
    account.points = 900_000;
    account.answersAfterMs = 4000;
    await pass(29_989);
    await service.ensureFresh();
    expect(account.reads).toBe(1);
    await pass(1);
    await Promise.all([service.ensureFresh(), service.ensureFresh()]);
    expect(account.reads).toBe(2);
    expect(service.balance).toBe(1_000_000);
    await pass(4000);
    expect(service.balance).toBe(900_000);
  });

  it.each([
    ['the balance', 109_999, 0],
    ['what is left of it by those in flight', 200_000, 90_001],
  ])('is more frequent while %s is near the cutoff', async (_, points, held) => {
    account.points = points;
    await refresh();
    service.hold(held);
    await pass(4989);
    await service.ensureFresh();
    expect(account.reads).toBe(1);
    await pass(1);
    await service.ensureFresh();
    expect(account.reads).toBe(2);
  });

  it('happens only when somebody asks', async () => {
    await refresh();
    await pass(600_000);
    expect(account.reads).toBe(1);
  });
});

describe('a request in flight', () => {
  beforeEach(refresh);

  it('holds points until it is settled for what it cost', () => {
    const hold = service.hold(500);
    expect(service).toMatchObject({ balance: 1_000_000, available: 999_500 });
    hold.settle(cost(300), false);
    expect(service).toMatchObject({ balance: 999_700, available: 999_700 });
  });

  it('gives its points back when it came to nothing, once', () => {
    const hold = service.hold(500);
    hold.release();
    hold.release();
    expect(service.available).toBe(1_000_000);
  });

  it('cannot be released after it was settled', () => {
    const hold = service.hold(500);
    hold.settle(cost(300), false);
    hold.release();
    expect(service).toMatchObject({ balance: 999_700, available: 999_700 });
  });

  it('is corrected when its bill is known, up or down', () => {
    const hold = service.hold(500);
    hold.settle(cost(300), false);
    hold.settle(cost(450), true);
    expect(service.balance).toBe(999_550);
    hold.settle(cost(20), true);
    expect(service.balance).toBe(999_980);
  });

  it('may cost what is settled after it was released', () => {
    const hold = service.hold(500);
    hold.release();
    hold.settle(cost(300), false);
    expect(service).toMatchObject({ balance: 999_700, available: 999_700 });
  });

  it('never unbalances the sums, however many end in whichever way', () => {
    const ends = fc.array(
      fc.record({
        held: fc.integer({ min: 0, max: 5000 }),
        costs: fc.array(fc.integer({ min: -10, max: 5000 }), { maxLength: 3 }),
        releases: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(ends, (requests) => {
        const before = service.available ?? 0;
        const holds = requests.map(({ held }) => service.hold(held));
        const all = requests.reduce((sum, { held }) => sum + held, 0);
        expect(service.available).toBe(before - all);
        let spent = 0;
        let inFlight = all;
        for (const [nth, { held, costs, releases }] of requests.entries()) {
          for (const points of costs) holds[nth]?.settle(cost(points), false);
          if (releases) holds[nth]?.release();
          spent += costs.at(-1) ?? 0;
          if (releases || costs.length > 0) inFlight -= held;
        }
        expect(service.available).toBe(before - spent - inFlight);
        for (const hold of holds) hold.release();
        expect(service.available).toBe(before - spent);
        expect(service.balance).toBe(service.available);
      }),
    );
  });
});

describe('a new reading', () => {
  beforeEach(refresh);

  const spend = (points: number, billed: boolean) => {
    const hold = service.hold(points);
    hold.settle(cost(points), billed);
    return hold;
  };

  it('contains what the ledger had shown and what is long over, but nothing newer', async () => {
    spend(1000, false);
    await pass(30_000);
    spend(100, true);
    spend(10, false);
    account.points = 998_900;
    void service.ensureFresh();
    await pass(5);
    spend(1, true);
    await pass(5);
    expect(service.balance).toBe(998_900 - 10 - 1);
  });

  it('contains what ended three seconds ago, though its row was not seen', async () => {
    await pass(30_000 - 3001);
    spend(100, false);
    await pass(1);
    spend(10, false);
    await pass(3000);
    void service.ensureFresh();
    await pass(10);
    expect(service.balance).toBe(1_000_000 - 10);
    await refresh();
    expect(service.balance).toBe(1_000_000);
  });

  it('contains what ended just now, if its bill was seen', async () => {
    await pass(30_000);
    spend(100, false).settle(cost(100), true);
    void service.ensureFresh();
    await pass(10);
    expect(service.balance).toBe(1_000_000);
  });

  it('is not corrected by bills that it contains', async () => {
    const hold = spend(1000, false);
    await refresh();
    hold.settle(cost(1200), true);
    expect(service.balance).toBe(1_000_000);
  });

  it('is corrected by the bills of what it does not contain', async () => {
    await pass(30_000);
    const hold = spend(1000, false);
    void service.ensureFresh();
    await pass(5);
    hold.settle(cost(1200), true);
    await pass(5);
    expect(service.balance).toBe(1_000_000 - 1200);
  });

  it('leaves what is held as it is', async () => {
    const hold = service.hold(700);
    await refresh();
    expect(service.available).toBe(1_000_000 - 700);
    hold.settle(cost(500), false);
    expect(service.available).toBe(1_000_000 - 500);
  });

  it('makes up for more spends than are kept one by one', async () => {
    const first = spend(5, false);
    for (let nth = 1; nth < 12_000; nth++) spend(5, false);
    expect(service.balance).toBe(1_000_000 - 60_000);
    first.settle(cost(7), true);
    expect(service.balance).toBe(1_000_000 - 60_000);
    account.points = 940_000;
    for (let nth = 0; nth < 2; nth++) {
      await refresh();
      expect(service.balance).toBe(940_000);
    }
  });
});

describe('while Poe gives no balance', () => {
  it('the last known goes on, less what is spent; that is logged once, and its end', async () => {
    await refresh();
    account.failing = true;
    for (let nth = 0; nth < 5; nth++) await refresh();
    expect(account.reads).toBe(6);
    expect(service.balance).toBe(1_000_000);
    service.hold(100).settle(cost(100), true);
    expect(service).toMatchObject({ balance: 999_900, available: 999_900 });
    expect(service.mayPay()).toBe(true);
    expect(lines).toMatchObject([{ level: 40, msg: 'balance cannot be read' }]);

    account.failing = false;
    account.points = 999_900;
    await refresh();
    await refresh();
    expect(service.balance).toBe(999_900);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ msg: 'balance is read again', balance: 999_900 });
  });

  it('it is asked again after five seconds, by whoever comes then', async () => {
    account.failing = true;
    const first = service.ensureFresh();
    await pass(10);
    await first;
    await pass(4999);
    await service.ensureFresh();
    expect(account.reads).toBe(1);
    await pass(1);
    const next = service.ensureFresh();
    expect(account.reads).toBe(2);
    account.failing = false;
    await pass(10);
    await next;
    expect(service.balance).toBe(1_000_000);
  });

  it.each([
    ['allow', true],
    ['block', false],
  ])('and never gave one, BALANCE_UNKNOWN=%s decides', async (setting, mayPay) => {
    start({ BALANCE_UNKNOWN: setting });
    account.failing = true;
    await refresh();
    service.hold(100);
    expect(service).toMatchObject({ balance: undefined, available: undefined });
    expect(service.mayPay()).toBe(mayPay);
  });

  it('counts what was spent before the first reading', async () => {
    account.failing = true;
    await refresh();
    service.hold(100).settle(cost(100), true);
    service.hold(7);
    account.failing = false;
    account.points = 500_000;
    await refresh();
    expect(service).toMatchObject({ balance: 500_000, available: 499_993 });
  });
});

describe('mayPay', () => {
  it.each([
    ['at the cutoff', 100_000, 0, true],
    ['under it', 99_999, 0, false],
    ['under it by what is in flight', 100_010, 11, false],
    ['at it with what is in flight', 100_010, 10, true],
  ])('%s is decided by what is available', async (_, points, held, expected) => {
    account.points = points;
    await refresh();
    service.hold(held);
    expect(service.mayPay()).toBe(expected);
  });
});
