import { Ledger } from '../ledger/ledger.ts';
import { SeededRandom } from '../random.ts';
import type { SandboxOptions } from '../sandbox-options.ts';
import { ScenarioPicker } from '../scenarios/scenario-picker.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { RateLimiter } from './rate-limiter.ts';

/** What the routes share; all of it belongs to one account of Poe's. */
export class SandboxState {
  readonly options: SandboxOptions;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly limiter: RateLimiter;
  readonly picker = new ScenarioPicker();
  /** Chat calls that have neither ended nor been aborted. */
  readonly openCalls = new Set<JournalEntry>();
  /** A call that began before a reset must not book into the ledger after it. */
  generation = 0;
  /** The Usage API answers 503; chat goes on. */
  isUsageDown = false;
  #requests = 0;

  constructor(options: SandboxOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.ledger = new Ledger(() => this.now(), options.balance);
    this.journal = new Journal(options.journalLimit);
    this.limiter = new RateLimiter(options.requestsPerMinute);
  }

  /** Milliseconds on Poe's clock. */
  now(): number {
    return Date.now() + this.options.clockSkewMs;
  }

  /** Numbers requests; their ids are drawn from it. */
  nextNumber(): number {
    this.#requests += 1;
    return this.#requests;
  }

  reset(): void {
    this.generation += 1;
    this.#requests = 0;
    this.isUsageDown = false;
    this.journal.reset();
    this.picker.reset();
    this.limiter.reset();
    this.ledger.reset(this.options.balance);
  }
}
