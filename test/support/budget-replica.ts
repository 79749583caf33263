import { BudgetCalendar } from '../../src/ledger/budget-calendar.ts';
import type { BudgetBook } from '../../src/ledger/budget.ts';
import { Budgets } from '../../src/ledger/budgets.ts';
import { LedgerSeeds } from '../../src/ledger/ledger-seeds.ts';
import { LocalCounters } from '../../src/ledger/local-counters.ts';
import { RedisCounters } from '../../src/ledger/redis-counters.ts';
import { RedisSeeds } from '../../src/ledger/redis-seeds.ts';
import { RedisTeller } from '../../src/ledger/redis-teller.ts';
import type { SpentReader } from '../../src/ledger/spent-reader.ts';
import { Tallies } from '../../src/ledger/tallies.ts';
import { Instance } from '../../src/store/instance.ts';
import { RedisLink } from '../../src/store/redis-link.ts';
import { noteLog } from './note-log.ts';
import { until } from './until.ts';

/** Longer than any test: leases end when the test says so. */
const LONG_LEASE_MS = 3_600_000;

interface Settings {
  readonly book: BudgetBook;
  readonly ledger?: SpentReader | undefined;
  readonly whenDown?: 'refuse' | 'local';
  readonly leaseMs?: number;
  /** Long by default, so that a busy machine does not look like a slow Redis. */
  readonly answerMs?: number;
}

/** One process's budgets, with their own connection to Redis. */
export async function startBudgetReplica(url: string, settings: Settings) {
  const { book, ledger, whenDown = 'refuse', leaseMs = LONG_LEASE_MS, answerMs = 5000 } = settings;
  const { log, lines } = noteLog();
  const link = await RedisLink.open(url, log, answerMs);
  const instance = new Instance();
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const teller = new RedisTeller(link, tallies, instance, leaseMs);
  const seeds = new LedgerSeeds(ledger, instance, log);
  const local = new LocalCounters(seeds, tallies, whenDown);
  const counters = new RedisCounters(link, teller, new RedisSeeds(teller, seeds), local, whenDown);
  const budgets = new Budgets(book, tallies, counters);
  const tell = async () => {
    // What is noted goes out after this turn; twice, because the first may find the lease gone.
    for (let turn = 0; turn < 2; turn++) {
      await new Promise(setImmediate);
      await teller.renew([]);
      while (teller.beginning) await teller.beginning;
    }
  };
  const up = () => until('Redis is up', () => link.isUp);
  await up();
  return {
    id: instance.id,
    budgets,
    counters,
    tallies,
    teller,
    link,
    lines,
    tell,
    up,
    /** Without a last word, as a process that is killed. */
    kill: async () => {
      link.onApplicationShutdown();
      await counters.close();
    },
  };
}

export type BudgetReplica = Awaited<ReturnType<typeof startBudgetReplica>>;
