import type { AddressInfo } from 'node:net';

import { completeRow } from './ledger/complete-row.ts';
import type { LedgerRow } from './ledger/ledger-row.ts';
import { DEFAULT_OPTIONS, type SandboxOptions } from './sandbox-options.ts';
import type { Outage } from './scenarios/scenario-picker.ts';
import type { Account } from './server/account.ts';
import { createServer } from './server/create-server.ts';
import type { JournalEntry } from './server/journal.ts';
import { SandboxState } from './server/sandbox-state.ts';

export type { JournalEntry, LedgerRow, Outage, SandboxOptions };

/** An account of the simulated Poe. */
export interface SandboxAccount {
  /** Points. Reading it takes off what is due by now. */
  balance: number;
  /** While true the Usage API answers 503, and chat goes on; false again after a reset. */
  isUsageDown: boolean;
  /** As billed, visible or not, in the order of their creation. */
  readonly ledger: readonly LedgerRow[];
  /** A row of another key, of web chat …: visible at once, and paid from the balance. */
  addLedgerRow(row: Partial<LedgerRow>): void;
}

/** A running simulator of Poe's API; as an account it is the one of its first key. */
export interface Sandbox extends SandboxAccount {
  /** `http://127.0.0.1:port`, without `/v1`. */
  readonly url: string;
  /** Every request that arrived, in order. */
  readonly journal: JournalEntry[];
  /** What some or all bots answer for the time being; undefined, as after a reset: nothing special. */
  outage: Outage | undefined;
  /** Throws if no key is of an account of this name. */
  account(name: string): SandboxAccount;
  /** Chat calls received and neither ended nor aborted. */
  openCalls(): number;
  /** The next chat calls take these, one each; `stall frames=2` sets parameters, too. */
  script(...scenarios: string[]): void;
  /** Journal, scripts, ledgers, balances and ids as at the start; open calls go on, unbilled. */
  reset(): void;
  /** Destroys open sockets. */
  close(): Promise<void>;
}

export async function startSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const state = new SandboxState({ ...DEFAULT_OPTIONS, ...options });
  const server = createServer(state);
  const { host, port } = state.options;
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;

  const sandbox = {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    journal: state.journal.entries,
    account: (name: string) => accountView(state, state.account(name)),
    get outage() {
      return state.picker.outage;
    },
    set outage(outage) {
      state.picker.outage = outage;
    },
    openCalls: () => state.openCalls.size,
    script: (...scenarios: string[]) => {
      state.picker.script(scenarios);
    },
    reset: () => {
      state.reset();
    },
    close: async () => {
      await server.close();
    },
  };
  const account = accountView(state, state.account());
  // Accessors, which Object.assign would read once.
  return Object.defineProperties(account, Object.getOwnPropertyDescriptors(sandbox)) as Sandbox;
}

function accountView(state: SandboxState, account: Account): SandboxAccount {
  return {
    get balance() {
      return account.ledger.balance;
    },
    set balance(points) {
      account.ledger.balance = points;
    },
    get isUsageDown() {
      return account.isUsageDown;
    },
    set isUsageDown(isDown) {
      account.isUsageDown = isDown;
    },
    get ledger() {
      return account.ledger.rows;
    },
    addLedgerRow: (row) => {
      const now = state.now();
      const complete = completeRow(row, state.random, state.nextNumber(), now);
      account.ledger.book({
        row: complete,
        visibleAt: now,
        finalAt: now,
        position: complete.creation_time,
      });
    },
  };
}
