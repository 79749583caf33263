import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, get, jsonOf } from './ask.ts';

const KEYS = [
  { name: 'a', account: 'acme', key: 'key-a' },
  { name: 'b', account: 'labs', key: 'key-b' },
  { name: 'c', account: 'acme', key: 'key-c' },
];

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ keys: KEYS, balance: 1000, requestsPerMinute: 4 });
});

afterEach(async () => {
  await sandbox.close();
});

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const call = async (key: string) => (await ask(sandbox, {}, { headers: as(key) })).status;
const balance = async (key: string) =>
  jsonOf(await get(sandbox, '/usage/current_balance', as(key))).current_point_balance;
const history = async (key: string) => {
  const { data } = jsonOf(await get(sandbox, '/usage/points_history', as(key)));
  return (data as { api_key_name: string }[]).map((row) => row.api_key_name);
};

describe('keys of different accounts', () => {
  it('spend their own points, and see their own ledger only', async () => {
    for (const key of ['key-a', 'key-b', 'key-b']) expect(await call(key)).toBe(200);
    const spent = (name: string) =>
      sandbox.account(name).ledger.reduce((sum, row) => sum + row.cost_points, 0);
    expect(await balance('key-c')).toBe(1000 - spent('acme'));
    expect(await balance('key-b')).toBe(1000 - spent('labs'));
    expect(await history('key-c')).toEqual(['a']);
    expect(await history('key-b')).toEqual(['b', 'b']);
  });

  it('run dry one by one', async () => {
    sandbox.account('labs').balance = 0;
    expect([await call('key-a'), await call('key-b'), await call('key-c')]).toEqual([
      200, 402, 200,
    ]);
  });

  it('have a rate limit each', async () => {
    for (const key of ['key-a', 'key-c', 'key-a', 'key-c']) expect(await call(key)).toBe(200);
    expect([await call('key-a'), await call('key-b'), await call('key-c')]).toEqual([
      429, 200, 429,
    ]);
  });

  it('have a Usage API that can fail for one alone', async () => {
    sandbox.account('labs').isUsageDown = true;
    const status = async (key: string) =>
      (await get(sandbox, '/usage/current_balance', as(key))).status;
    expect([await status('key-a'), await status('key-b')]).toEqual([200, 503]);
    expect(await call('key-b')).toBe(200);
  });
});

describe('in tests', () => {
  it('an account is found by its name, and the first is the sandbox itself', () => {
    sandbox.account('labs').addLedgerRow({ cost_points: 7 });
    expect([sandbox.balance, sandbox.account('labs').balance]).toEqual([1000, 993]);
    sandbox.addLedgerRow({ cost_points: 1 });
    sandbox.balance += 500;
    expect([sandbox.balance, sandbox.account('acme').balance]).toEqual([1499, 1499]);
    expect(() => sandbox.account('nobody')).toThrow("account 'nobody'");
  });

  it('a reset resets all of them', async () => {
    for (const name of ['acme', 'labs']) {
      Object.assign(sandbox.account(name), { balance: 5, isUsageDown: true });
      sandbox.account(name).addLedgerRow({});
    }
    for (let nth = 0; nth < 5; nth++) await call('key-b');
    sandbox.reset();
    expect([await balance('key-a'), await balance('key-b')]).toEqual([1000, 1000]);
    expect([await history('key-a'), await history('key-b')]).toEqual([[], []]);
  });
});
