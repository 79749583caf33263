import type { LedgerSeeds, SpentByInstance } from './ledger-seeds.ts';
import { spentKey } from './redis-keys.ts';
import { expiryOf, type Answer, type RedisTeller } from './redis-teller.ts';
import { SEED_SCRIPT } from './seed-script.ts';
import type { Tally } from './tally.ts';

/**
 * Learns from Redis, or else tells it from the ledger, what was spent in a window before this
 * instance came, or before Redis lost its data.
 */
export class RedisSeeds {
  readonly #seeding = new Map<Tally, Promise<void>>();

  constructor(
    private readonly teller: RedisTeller,
    private readonly ledger: LedgerSeeds,
  ) {}

  /** @throws as the promise's, when Redis or the ledger cannot be asked */
  seed(tally: Tally): Promise<void> {
    const under = this.#seeding.get(tally);
    if (under) return under;
    const seeding = this.#seed(tally).finally(() => this.#seeding.delete(tally));
    this.#seeding.set(tally, seeding);
    return seeding;
  }

  async #seed(tally: Tally): Promise<void> {
    if (await this.#ask(tally, 'look')) return;
    // Corrections that were booked before this are on the ledger already.
    const { early } = tally;
    const spent = await this.ledger.read(tally);
    tally.early -= early;
    await this.#ask(tally, 'seed', spent);
  }

  /** Whether the window was known. */
  #ask(tally: Tally, how: 'look' | 'seed', spent?: SpentByInstance): Promise<boolean> {
    const { id } = this.ledger.instance;
    const args: (string | number)[] = [id, expiryOf(tally), how];
    for (const pair of spent ?? []) args.push(...pair);
    return this.teller.send(SEED_SCRIPT, [spentKey(tally)], args, (answer) =>
      this.#learn(tally, answer),
    );
  }

  #learn(tally: Tally, [known, total, own = 0]: Answer): boolean {
    if (total === undefined) return false;
    if (!tally.isSeeded) tally.spent = Math.max(tally.spent, own);
    tally.isSeeded = true;
    tally.told = own;
    tally.others = total - own;
    tally.spent += tally.early;
    tally.early = 0;
    if (tally.spent !== own) this.teller.note(tally);
    return known === 1;
  }
}
