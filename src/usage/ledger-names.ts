import type { PoeKey } from '../config/config.ts';
import type { HistoryRow } from './history-row.ts';

/**
 * How the ledger of one account calls our keys. Names in the configuration may be the user's own:
 * they are believed once the ledger has shown them.
 */
export class LedgerNames {
  /** By the configured name of the key, which is unique. */
  readonly #known = new Map<string, string>();
  readonly #hints: ReadonlySet<string>;

  constructor(hints: readonly PoeKey[]) {
    this.#hints = new Set(hints.map(({ name }) => name));
  }

  of(key: PoeKey): string | undefined {
    return this.#known.get(key.name);
  }

  /** Whether a row of this name is known to be of a key of ours other than `key`. */
  isOfAnother(key: PoeKey, name: string | undefined): boolean {
    for (const [other, known] of this.#known) {
      if (known === name && other !== key.name) return true;
    }
    return false;
  }

  /** What the user wrote outweighs what was learned. */
  see(rows: readonly Pick<HistoryRow, 'keyName'>[]): void {
    for (const { keyName } of rows) {
      if (keyName !== undefined && this.#hints.has(keyName)) this.#known.set(keyName, keyName);
    }
  }

  /** `name` was on a row that can only have been of `key`. Names once known stay. */
  learn(key: PoeKey, name: string | undefined): void {
    if (name === undefined || this.#known.has(key.name) || this.isOfAnother(key, name)) return;
    this.#known.set(key.name, name);
  }
}
