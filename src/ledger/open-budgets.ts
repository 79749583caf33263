import type { BudgetConfig, StoreConfig } from '../config/config.ts';
import type { Log } from '../observability/log.ts';
import type { Database } from '../store/database.ts';
import type { Instance } from '../store/instance.ts';
import type { RedisLink } from '../store/redis-link.ts';
import { BudgetCalendar } from './budget-calendar.ts';
import type { BudgetWebhook } from './budget-webhook.ts';
import type { BudgetBook } from './budget.ts';
import { Budgets } from './budgets.ts';
import { claimInDatabase } from './claim-in-database.ts';
import type { Counters } from './counters.ts';
import { LedgerSeeds } from './ledger-seeds.ts';
import { LocalCounters } from './local-counters.ts';
import { RedisCounters } from './redis-counters.ts';
import { RedisSeeds } from './redis-seeds.ts';
import { RedisTeller } from './redis-teller.ts';
import type { SpentReader } from './spent-reader.ts';
import { Tallies } from './tallies.ts';
import { Thresholds } from './thresholds.ts';

interface Parts {
  readonly config: BudgetConfig;
  /** Redis, or the ledger where a window begins with what it knows. */
  readonly whenDown: StoreConfig['whenDown'];
  readonly book: BudgetBook;
  readonly instance: Instance;
  readonly webhook: Pick<BudgetWebhook, 'post'>;
  readonly log: Log;
  /** Undefined: nothing is remembered from before the start, but for what Redis knows. */
  readonly reader: SpentReader | undefined;
  /** Undefined: this instance is alone. */
  readonly link: RedisLink | undefined;
  readonly database: Database | undefined;
}

/** Puts the parts of the budgets together, for one instance or for several. */
export function openBudgets(parts: Parts): Budgets {
  const { config, book, log, webhook, database } = parts;
  const tallies = new Tallies(new BudgetCalendar(config.timeZone));
  const counters = openCounters(parts, tallies);
  const thresholds = new Thresholds(
    webhook,
    (tally, percent) =>
      database ? claimInDatabase(database, tally, percent) : counters.claim(tally, `${percent}`),
    log,
  );
  counters.onSpent = (tally) => {
    thresholds.look(tally);
  };
  return new Budgets(book, tallies, counters);
}

function openCounters(parts: Parts, tallies: Tallies): Counters {
  const { whenDown, instance, reader, link, log } = parts;
  const seeds = new LedgerSeeds(reader, instance, log);
  const local = new LocalCounters(seeds, tallies, whenDown);
  if (!link) return local;
  const teller = new RedisTeller(link, tallies, instance);
  return new RedisCounters(link, teller, new RedisSeeds(teller, seeds), local, whenDown);
}
