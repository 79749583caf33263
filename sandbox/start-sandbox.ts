import type { AddressInfo } from 'node:net';

import { completeRow } from './ledger/complete-row.ts';
import type { LedgerRow } from './ledger/ledger-row.ts';
import { DEFAULT_OPTIONS, type SandboxOptions } from './sandbox-options.ts';
import type { Outage } from './scenarios/scenario-picker.ts';
import { createServer } from './server/create-server.ts';
import type { JournalEntry } from './server/journal.ts';
import { SandboxState } from './server/sandbox-state.ts';

export type { JournalEntry, LedgerRow, Outage, SandboxOptions };

/** A running simulator of Poe's API. */
export interface Sandbox {
  /** `http://127.0.0.1:port`, without `/v1`. */
  readonly url: string;
  /** Every request that arrived, in order. */
  readonly journal: JournalEntry[];
  /** Points. Reading it takes off what is due by now. */
  balance: number;
  /** While true the Usage API answers 503, and chat goes on; false again after a reset. */
  isUsageDown: boolean;
  /** What some or all bots answer for the time being; undefined, as after a reset: nothing special. */
  outage: Outage | undefined;
  /** As billed, visible or not, in the order of their creation. */
  readonly ledger: readonly LedgerRow[];
  /** Chat calls received and neither ended nor aborted. */
  openCalls(): number;
  /** The next chat calls take these, one each; `stall frames=2` sets parameters, too. */
  script(...scenarios: string[]): void;
  /** A row of another key, of web chat …: visible at once, and paid from the balance. */
  addLedgerRow(row: Partial<LedgerRow>): void;
  /** Journal, scripts, ledger, balance and ids as at the start; open calls go on, unbilled. */
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

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    journal: state.journal.entries,
    get balance() {
      return state.ledger.balance;
    },
    set balance(points) {
      state.ledger.balance = points;
    },
    get isUsageDown() {
      return state.isUsageDown;
    },
    set isUsageDown(isDown) {
      state.isUsageDown = isDown;
    },
    get outage() {
      return state.picker.outage;
    },
    set outage(outage) {
      state.picker.outage = outage;
    },
    get ledger() {
      return state.ledger.rows;
    },
    openCalls: () => state.openCalls.size,
    script: (...scenarios) => {
      state.picker.script(scenarios);
    },
    addLedgerRow: (row) => {
      const now = state.now();
      const complete = completeRow(row, state.random, state.nextNumber(), now);
      state.ledger.book({
        row: complete,
        visibleAt: now,
        finalAt: now,
        position: complete.creation_time,
      });
    },
    reset: () => {
      state.reset();
    },
    close: async () => {
      await server.close();
    },
  };
}
