import { AccountSweep } from '../../src/ledger/reconciliation/account-sweep.ts';
import { Bookkeeper } from '../../src/ledger/reconciliation/bookkeeper.ts';
import { CaseReader } from '../../src/ledger/reconciliation/case-reader.ts';
import { EntryStore } from '../../src/ledger/reconciliation/entry-store.ts';
import { reconcile } from '../../src/ledger/reconciliation/reconcile.ts';
import { parseModelsFile } from '../../src/models/parse-models-file.ts';
import type { ModelRegistry } from '../../src/models/model-registry.ts';
import type { PoeAccount } from '../../src/poe/poe-accounts.ts';
import type { Database } from '../../src/store/database.ts';
import { LedgerNames } from '../../src/usage/ledger-names.ts';
import { LONGEST_MS, pointsOf, type Call } from './model-call.ts';
import { ModelRows } from './model-rows.ts';
import { SimulatedPoe } from './simulated-poe.ts';

const BEGIN = 1_000_000_000_000;
const GRACE_MS = 60_000;
const LEAVE_MS = 5000;
/** Until the others have marked the rows of a process that died. */
const LOST_AFTER_MS = 35_000;
const KEY = 'ours';

/** The real reconciliation on a real database, by a clock of its own. */
export class ReconciliationModel {
  readonly poe = new SimulatedPoe(4);
  readonly rows: ModelRows;
  #due: { at: number; act: () => Promise<unknown> }[] = [];
  #count = 0;

  constructor(private readonly database: Database) {
    this.rows = new ModelRows(database);
  }

  async run(calls: readonly Call[], pace: readonly number[]): Promise<void> {
    for (const call of calls) this.#plan(call);
    this.#due.sort((a, b) => a.at - b.at);
    const account: PoeAccount = {
      name: 'acme',
      keys: [{ name: 'k', account: 'acme', secret: 's' }],
      pointsLeft: undefined,
    };
    const names = new LedgerNames([]);
    names.learn(account.keys[0], KEY);
    const now = () => this.poe.now;
    const sweep = new AccountSweep({
      account,
      names,
      client: this.poe,
      store: new EntryStore(this.database),
      times: { intervalMs: 8000, windowMs: 150_000 },
      now,
    });
    const accounts = new Map([['acme', { account, names }]]);
    const registry = parseModelsFile(
      'models: { text: [{ poe_name: One, per_1k_tokens: 1 }, { poe_name: Two, per_1k_tokens: 1 }] }',
    ) as ModelRegistry;
    const settings = { longestMs: LONGEST_MS, leaveMs: LEAVE_MS, registry };
    const budgets = {
      correct: (_spender: unknown, _openedAt: number, points: number) => {
        this.rows.spent += points;
      },
    };
    const end = BEGIN + 300_000 + LONGEST_MS + LOST_AFTER_MS + 6 * GRACE_MS + 150_000;
    this.poe.now = BEGIN;
    for (let step = 0; this.poe.now < end; step++) {
      this.poe.now += pace[step % pace.length] ?? 1000;
      while (this.#due[0] && this.#due[0].at <= this.poe.now) await this.#due.shift()?.act();
      await sweep.advance(100, () => true);
      await reconcile(
        {
          database: this.database,
          accounts,
          cases: new CaseReader(this.database, accounts, settings),
          books: new Bookkeeper(this.database, budgets),
          graceMs: GRACE_MS,
          windowMs: 150_000,
          knownAt: () => sweep.knownAt,
          mayGoOn: () => true,
        },
        this.poe.now,
      );
    }
  }

  #plan(call: Call): void {
    const id = `c${(this.#count += 1)}`;
    const [at, endedAt] = [BEGIN + call.at, BEGIN + call.at + call.takes];
    const isOurs = !['chat', 'other', 'own'].includes(call.fate);
    if (call.fate !== 'unbilled') this.#bill(call, id, at, endedAt);
    if (!isOurs) return;
    this.#at(at, () => this.rows.open(call, id, at));
    if (call.fate === 'killed')
      this.#at(endedAt + LOST_AFTER_MS, () => this.rows.lose(id, this.poe.now));
    else this.#at(endedAt, () => this.rows.close(call, id, at, endedAt));
    // Its own process was quicker.
    if (call.fate === 'found') {
      this.#at(endedAt + call.lag + call.zero + 1, () => this.rows.find(call, id));
    }
  }

  #bill(call: Call, id: string, at: number, endedAt: number): void {
    const visibleAt = endedAt + call.lag;
    const row = {
      id: `q${id}`,
      bot: call.bot.toUpperCase(),
      key: call.fate === 'other' ? 'theirs' : KEY,
      usageType: call.fate === 'chat' ? 'Chat' : 'API',
      createdAt: at + 12,
      visibleAt,
      finalAt: visibleAt + call.zero,
      position: at - (call.isSwapped ? 2000 : 0),
      tokensIn: call.tokens,
      tokensOut: call.tokens,
      points: pointsOf(call),
    };
    this.poe.rows.push(row);
    if (call.isTwin) this.poe.rows.push({ ...row, id: `${row.id}-twin` });
  }

  #at(at: number, act: () => Promise<unknown>): void {
    this.#due.push({ at, act });
  }
}
