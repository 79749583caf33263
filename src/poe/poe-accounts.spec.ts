import { expect, it } from 'vitest';
import type { PoeConfig, PoeKey } from '../config/config.ts';
import { PoeAccounts } from './poe-accounts.ts';

const key = (name: string, account: string): PoeKey => ({ name, account, secret: `pk-${name}` });

const keys = [key('a', 'acme'), key('b', 'labs'), key('c', 'acme')];
const accounts = new PoeAccounts({ keys } as unknown as PoeConfig);

it('puts keys of one account together, in the order in which they were named', () => {
  expect(accounts.all.map(({ name, keys: own }) => [name, own.map((one) => one.name)])).toEqual([
    ['acme', ['a', 'c']],
    ['labs', ['b']],
  ]);
});

it('knows what is outside of an account, if there is one of that name', () => {
  const outside = (name: string) => {
    const found = accounts.keysOutside(name);
    return found && [...found].map((one) => one.name);
  };
  expect(outside('acme')).toEqual(['b']);
  expect(outside('labs')).toEqual(['a', 'c']);
  expect(outside('gone')).toBeUndefined();
});
