import { Injectable } from '@nestjs/common';
import { PoeConfig, type PoeKey } from '../config/config.ts';

/** A Poe account: its keys spend the same points and share the same requests a minute. */
export interface PoeAccount {
  readonly name: string;
  /** At least one. */
  readonly keys: readonly [PoeKey, ...PoeKey[]];
  /** What is left to spend, as far as it is known; whoever reads balances keeps it up to date. */
  pointsLeft: number | undefined;
}

/** The accounts behind the configured keys, in the order in which they were named. */
@Injectable()
export class PoeAccounts {
  readonly all: readonly PoeAccount[];
  readonly #outside: ReadonlyMap<string, ReadonlySet<PoeKey>>;

  constructor({ keys }: PoeConfig) {
    const byName = new Map<string, [PoeKey, ...PoeKey[]]>();
    for (const key of keys) {
      const others = byName.get(key.account);
      if (others) others.push(key);
      else byName.set(key.account, [key]);
    }
    this.all = [...byName].map(([name, own]) => ({ name, keys: own, pointsLeft: undefined }));
    const outside = (name: string) => new Set(keys.filter(({ account }) => account !== name));
    this.#outside = new Map(this.all.map(({ name }) => [name, outside(name)]));
  }

  /** The keys of all other accounts; undefined: there is no account of this name. */
  keysOutside(name: string): ReadonlySet<PoeKey> | undefined {
    return this.#outside.get(name);
  }
}
