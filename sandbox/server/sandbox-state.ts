import { SeededRandom } from '../random.ts';
import type { SandboxKey, SandboxOptions } from '../sandbox-options.ts';
import { ScenarioPicker } from '../scenarios/scenario-picker.ts';
import { Account } from './account.ts';
import { Journal, type JournalEntry } from './journal.ts';

/** What the routes share. */
export class SandboxState {
  readonly options: SandboxOptions;
  readonly random: SeededRandom;
  readonly journal: Journal;
  readonly picker = new ScenarioPicker();
  /** Chat calls that have neither ended nor been aborted. */
  readonly openCalls = new Set<JournalEntry>();
  /** A call that began before a reset must not book into the ledger after it. */
  generation = 0;
  readonly #accounts = new Map<string, Account>();
  readonly #firstAccount: string;
  #requests = 0;

  constructor(options: SandboxOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.journal = new Journal(options.journalLimit);
    this.#firstAccount = nameOfAccount(options.keys[0]);
    for (const name of [this.#firstAccount, ...options.keys.map(nameOfAccount)]) {
      if (this.#accounts.has(name)) continue;
      this.#accounts.set(name, new Account(options, () => this.now()));
    }
  }

  /** Milliseconds on Poe's clock. */
  now(): number {
    return Date.now() + this.options.clockSkewMs;
  }

  accountOf(key: SandboxKey): Account {
    return this.account(nameOfAccount(key));
  }

  /** The first key's account if none is named; throws for a name that no key has. */
  account(name = this.#firstAccount): Account {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new Error(`no key of the sandbox is of account '${name}'`);
    return account;
  }

  /** Numbers requests; their ids are drawn from it. */
  nextNumber(): number {
    this.#requests += 1;
    return this.#requests;
  }

  reset(): void {
    this.generation += 1;
    this.#requests = 0;
    this.journal.reset();
    this.picker.reset();
    for (const account of this.#accounts.values()) account.reset();
  }
}

function nameOfAccount(key: SandboxKey | undefined): string {
  return key?.account ?? 'default';
}
