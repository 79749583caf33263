import { Ledger } from '../ledger/ledger.ts';
import type { SandboxOptions } from '../sandbox-options.ts';
import { RateLimiter } from './rate-limiter.ts';

/** An account of Poe's: what all its keys share. */
export class Account {
  readonly ledger: Ledger;
  readonly limiter: RateLimiter;
  /** The Usage API answers its keys with 503; chat goes on. */
  isUsageDown = false;
  readonly #initialBalance: number;

  constructor({ balance, requestsPerMinute }: SandboxOptions, now: () => number) {
    this.#initialBalance = balance;
    this.ledger = new Ledger(now, balance);
    this.limiter = new RateLimiter(requestsPerMinute);
  }

  reset(): void {
    this.isUsageDown = false;
    this.limiter.reset();
    this.ledger.reset(this.#initialBalance);
  }
}
