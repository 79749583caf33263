import { expect, it } from 'vitest';
import type { PoeConfig, PoeKey } from '../config/config.ts';
import { PoeAccounts } from './poe-accounts.ts';

const key = (name: string, account: string): PoeKey => ({ name, account, secret: `pk-${name}` });

it('puts keys of one account together, in the order in which they were named', () => {
  const keys = [key('a', 'acme'), key('b', 'labs'), key('c', 'acme')];
  const { all } = new PoeAccounts({ keys } as unknown as PoeConfig);
  expect(all.map(({ name, keys: own }) => [name, own.map((one) => one.name)])).toEqual([
    ['acme', ['a', 'c']],
    ['labs', ['b']],
  ]);
});
