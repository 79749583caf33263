/** So many calls in a row whose rows were there but told of other token counts. */
const MISSES = 2;
const REMEMBER_MS = 10 * 60_000;

/**
 * Bots that report other token counts than Poe bills, as its legacy dialect does: their rows can
 * never be told, so nobody's answer should wait for them. Keyed by names of models.yaml.
 */
export class UnmatchableBots {
  readonly #misses = new Map<string, { count: number; at: number }>();

  /** A call's row was not found although the ledger had rows of the bot for that time. */
  missed(bot: string, now: number): void {
    this.#misses.set(bot, { count: (this.#misses.get(bot)?.count ?? 0) + 1, at: now });
  }

  matched(bot: string): void {
    this.#misses.delete(bot);
  }

  has(bot: string, now: number): boolean {
    const misses = this.#misses.get(bot);
    if (misses && now - misses.at > REMEMBER_MS) this.#misses.delete(bot);
    return (this.#misses.get(bot)?.count ?? 0) >= MISSES;
  }
}
