import type { Budget } from './budget.ts';

/** What the ledger knows of a budget's window; asked when the counters know nothing of it. */
export abstract class SpentReader {
  /**
   * Points of all closed requests that count for the budget and were opened in [from, to), ms UTC,
   * by the id of the instance that served them.
   */
  abstract spentByInstance(
    budget: Budget,
    from: number,
    to: number,
  ): Promise<ReadonlyMap<string, number>>;
}
