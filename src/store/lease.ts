import type { Database } from './database.ts';

/** How long it lasts without being renewed. */
const LEASE_MS = 15_000;

/**
 * A task that one process of all does, whoever has the row in `leases`. The row ends by the
 * database's clock, and this process takes it for lost before that: it counts from when it asked.
 * Still, what is done under a lease must be harmless twice, for it may end in the middle.
 */
export class Lease {
  readonly #database: Database;
  readonly #name: string;
  readonly #holder: string;
  readonly #now: () => number;
  #heldUntil = -Infinity;
  #renewal = Promise.resolve();

  /** @param now a clock that never goes back, in ms */
  constructor(database: Database, name: string, holder: string, now = () => performance.now()) {
    this.#database = database;
    this.#name = name;
    this.#holder = holder;
    this.#now = now;
  }

  get isHeld(): boolean {
    return this.#now() < this.#heldUntil;
  }

  /**
   * Takes it if it is free, keeps it if it is held.
   * @throws DatabaseError; what was held is held until its end
   */
  async renew(): Promise<void> {
    this.#renewal = this.#renew();
    await this.#renewal;
  }

  /** Lets others have it at once, if this process has it. */
  async release(): Promise<void> {
    await this.#renewal.catch(() => undefined);
    this.#heldUntil = -Infinity;
    await this.#database.kysely
      .deleteFrom('leases')
      .where('name', '=', this.#name)
      .where('holder', '=', this.#holder)
      .execute();
  }

  async #renew(): Promise<void> {
    const { kysely, sql } = this.#database;
    const askedAt = this.#now();
    const now = this.#database.now();
    const values = { holder: this.#holder, expires_at: sql<number>`${now} + ${LEASE_MS}` };
    const { numInsertedOrUpdatedRows } = await kysely
      .insertInto('leases')
      .values({ name: this.#name, ...values })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet(values)
          .where((where) =>
            where.or([
              where('leases.holder', '=', this.#holder),
              where('leases.expires_at', '<=', now),
            ]),
          ),
      )
      .executeTakeFirstOrThrow();
    const isTaken = numInsertedOrUpdatedRows === 1n;
    this.#heldUntil = isTaken ? askedAt + LEASE_MS : -Infinity;
  }
}
