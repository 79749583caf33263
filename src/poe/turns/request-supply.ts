import type { KeyPool } from './key-pool.ts';
import type { PooledAccount } from './pooled-key.ts';

/**
 * Gets requests from the windows of the accounts. One window is asked at a time: who waits must not
 * be counted twice, and the order of those who wait is that of the moment when the answer comes.
 */
export class RequestSupply {
  #isAsking = false;

  constructor(
    private readonly pool: KeyPool,
    /** An answer came that was not there at once. */
    private readonly answered: () => void,
  ) {}

  /** Nothing can be had before the answer. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  ask(account: PooledAccount, wanted: number, now: number): void {
    const answer = account.window.take(wanted, now);
    if ('count' in answer) {
      this.pool.took(account, answer, wanted, now);
      return;
    }
    this.#isAsking = true;
    void answer.then((taken) => {
      this.#isAsking = false;
      this.pool.took(account, taken, wanted, performance.now());
      this.answered();
    });
  }

  /** A request that was counted; undefined: there is none. */
  takeInHand(): PooledAccount | undefined {
    for (const account of this.pool.accounts) {
      if (account.inHand === 0) continue;
      account.inHand -= 1;
      return account;
    }
    return undefined;
  }
}
