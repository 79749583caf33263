import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { PoeAccounts, type PoeAccount } from '../poe/poe-accounts.ts';
import { BalanceService } from './balance.service.ts';
import type { UsageClient } from './usage-client.ts';

const READ_MS = 10;

/** What Poe answers for each account: points, or nothing at all. */
let poe: Record<string, { points: number; isDown?: boolean; answersAfterMs?: number }>;
let reads: string[];
let accounts: PoeAccounts;
let keys: readonly PoeKey[];
let lines: { msg: string; account: string }[];
let service: BalanceService;

function keyNamed(name: string): PoeKey {
  const key = keys.find((one) => one.name === name);
  if (!key) throw new Error(`no key is called ${name}`);
  return key;
}

/** Two accounts, one of them with two keys. */
function start(settings: Record<string, string> = {}): void {
  poe = { acme: { points: 300_000 }, labs: { points: 50_000 } };
  reads = [];
  lines = [];
  const config = loadConfig({ POE_API_KEYS: 'a@acme:1,b@labs:2,c@acme:3', ...settings });
  accounts = new PoeAccounts(config.poe);
  ({ keys } = config.poe);
  const client = {
    readBalance: async ({ name }: PoeAccount) => {
      reads.push(name);
      const state = poe[name] ?? { points: 0 };
      await new Promise((resolve) => setTimeout(resolve, state.answersAfterMs ?? READ_MS));
      if (state.isDown) throw new Error('no answer');
      return state.points;
    },
  } as unknown as UsageClient;
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  service = new BalanceService(client, accounts, config.spending, log);
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const refresh = async () => {
  await pass(30_000);
  void service.ensureFresh();
  await pass(READ_MS);
};
const left = () => accounts.all.map(({ pointsLeft }) => pointsLeft);
const costs = (acme: number, labs: number) => new Map(Object.entries({ acme, labs }));

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the balance', () => {
  it('is the sum over the accounts, each once, however many keys it has', async () => {
    await refresh();
    expect(reads).toEqual(['acme', 'labs']);
    expect(service).toMatchObject({ balance: 350_000, available: 350_000 });
    expect(left()).toEqual([300_000, 50_000]);
  });

  it('is held against the cutoff as a whole', async () => {
    poe = { acme: { points: 60_000 }, labs: { points: 40_000 } };
    await refresh();
    expect(service.mayPay()).toBe(true);
    service.hold(1);
    expect(service.mayPay()).toBe(false);
  });

  it('keeps what was last known of an account that cannot be read', async () => {
    await refresh();
    poe = { acme: { points: 0, isDown: true }, labs: { points: 20_000 } };
    await refresh();
    expect(service.balance).toBe(320_000);
    expect(left()).toEqual([300_000, 20_000]);
    service.hold(0).settle(costs(1000, 0), true);
    expect(service.balance).toBe(319_000);
    await refresh();
    expect(service.balance).toBe(319_000);
    expect(lines).toMatchObject([{ msg: 'balance cannot be read', account: 'acme' }]);
  });

  it('is what is known, while an account was never read', async () => {
    poe.acme = { points: 300_000, isDown: true };
    await refresh();
    expect(service).toMatchObject({ balance: 50_000, available: 50_000 });
    expect(left()).toEqual([undefined, 50_000]);
    poe.acme.isDown = false;
    await refresh();
    expect(service.balance).toBe(350_000);
  });

  it.each([
    ['allow', true],
    ['block', false],
  ])('is unknown only while no account was read: then %s decides', async (setting, mayPay) => {
    start({ BALANCE_UNKNOWN: setting });
    poe = { acme: { points: 1, isDown: true }, labs: { points: 1, isDown: true } };
    await refresh();
    expect(service).toMatchObject({ balance: undefined, available: undefined });
    expect(service.mayPay()).toBe(mayPay);
  });
});

describe('reading', () => {
  const settled = async (promise: Promise<void>) => {
    let isSettled = false;
    void promise.then(() => (isSettled = true));
    await pass(0);
    return () => isSettled;
  };

  it('is waited for until every account was heard of once, for a part may be too little', async () => {
    poe.labs = { points: 50_000, answersAfterMs: 500 };
    const isSettled = await settled(service.ensureFresh());
    await pass(499);
    expect([isSettled(), service.balance]).toEqual([false, 300_000]);
    await pass(1);
    expect([isSettled(), service.balance]).toEqual([true, 350_000]);
  });

  it('is not waited for where an account failed at first, but tried again soon', async () => {
    poe.labs = { points: 50_000, isDown: true };
    await refresh();
    poe.labs = { points: 50_000, answersAfterMs: 4000 };
    await pass(4980);
    await service.ensureFresh();
    expect(reads).toEqual(['acme', 'labs']);
    await pass(20);
    await service.ensureFresh();
    expect(reads).toEqual(['acme', 'labs', 'labs']);
    expect(service.balance).toBe(300_000);
    await pass(4000);
    expect(service.balance).toBe(350_000);
  });

  it('is one at a time for each account: a slow one does not keep the other from being read', async () => {
    await refresh();
    poe.acme = { points: 300_000, answersAfterMs: 70_000 };
    for (let nth = 0; nth < 3; nth++) await refresh();
    expect(reads.filter((name) => name === 'acme')).toHaveLength(2);
    expect(reads.filter((name) => name === 'labs')).toHaveLength(4);
  });
});

describe('what is left on an account', () => {
  it('is unknown before its first reading, whatever was spent', () => {
    service.hold(5).settle(costs(5, 5), true);
    expect(left()).toEqual([undefined, undefined]);
  });

  it('falls with the calls that its keys make, not with what others hold or spend', async () => {
    await refresh();
    const hold = service.hold(700);
    expect(left()).toEqual([300_000, 50_000]);
    hold.drawFrom(keyNamed('c'));
    expect(left()).toEqual([299_300, 50_000]);
    hold.settle(new Map([['acme', 400]]), true);
    expect(left()).toEqual([299_600, 50_000]);
  });

  it('is given back when the next call of the request is made with a key of another', async () => {
    await refresh();
    const hold = service.hold(700);
    hold.drawFrom(keyNamed('a'));
    hold.drawFrom(keyNamed('b'));
    expect(left()).toEqual([300_000, 49_300]);
    expect(service).toMatchObject({ balance: 350_000, available: 349_300 });
    hold.release();
    expect(left()).toEqual([300_000, 50_000]);
    hold.drawFrom(keyNamed('a'));
    expect(left()).toEqual([300_000, 50_000]);
  });

  it('is what each paid of a request whose calls were made with keys of both', async () => {
    await refresh();
    const hold = service.hold(700);
    hold.settle(costs(300, 20), false);
    expect(left()).toEqual([299_700, 49_980]);
    hold.settle(costs(350, 25), true);
    expect(left()).toEqual([299_650, 49_975]);
    expect(service).toMatchObject({ balance: 349_625, available: 349_625 });
    hold.settle(new Map([['labs', 25]]), true);
    expect(left()).toEqual([300_000, 49_975]);
  });

  it('is a reading that contains its own spends only', async () => {
    await refresh();
    poe = { acme: { points: 299_000 }, labs: { points: 0, isDown: true } };
    service.hold(0).settle(costs(1000, 10), true);
    await refresh();
    expect(left()).toEqual([299_000, 49_990]);
  });

  it('always adds up, with what is held for nobody yet, to what is available', async () => {
    await refresh();
    const requests = fc.array(
      fc.record({
        held: fc.integer({ min: 0, max: 5000 }),
        draws: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
        costs: fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { maxLength: 2 }),
        releases: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(requests, (all) => {
        let forNobody = 0;
        const holds = all.map((request) => {
          const hold = service.hold(request.held);
          for (const name of request.draws) hold.drawFrom(keyNamed(name));
          for (const [acme, labs] of request.costs) hold.settle(costs(acme, labs), false);
          if (request.releases) hold.release();
          const isOver = request.releases || request.costs.length > 0;
          if (!isOver && request.draws.length === 0) forNobody += request.held;
          return hold;
        });
        const sum = () => left().reduce<number>((total, points) => total + (points ?? 0), 0);
        expect(sum() - forNobody).toBe(service.available);
        for (const hold of holds) hold.release();
        expect(sum()).toBe(service.available);
        expect(service.balance).toBe(service.available);
      }),
    );
  });
});
