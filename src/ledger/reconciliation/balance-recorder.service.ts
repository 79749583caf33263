import { Inject, Injectable } from '@nestjs/common';
import { PoeAccounts, type PoeAccount } from '../../poe/poe-accounts.ts';
import { DatabaseError } from '../../store/database-error.ts';
import { Database } from '../../store/database.ts';
import { UsageClient } from '../../usage/usage-client.ts';

/** Between two readings of an account: two of the requests that it has in a hundred. */
const PACE_MS = 60_000;

/** Writes down what is left on Poe's accounts, whenever it is another than before. */
@Injectable()
export class BalanceRecorder {
  readonly #readAt = new Map<string, number>();

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly client: UsageClient,
    private readonly accounts: PoeAccounts,
  ) {}

  /** Reads those that were not read for a minute. @throws DatabaseError */
  async record(now: number): Promise<void> {
    const { database } = this;
    if (!database) return;
    const due = this.accounts.all.filter(({ name }) => {
      return now - (this.#readAt.get(name) ?? -Infinity) >= PACE_MS;
    });
    await Promise.all(due.map((account) => this.#record(database, account, now)));
  }

  async #record(database: Database, account: PoeAccount, now: number): Promise<void> {
    this.#readAt.set(account.name, now);
    try {
      const points = Math.round(await this.client.readBalance(account));
      await this.#add(database, { account: account.name, read_at: now, points });
    } catch (error) {
      // Whoever needs the balance for requests says that it cannot be read.
      if (error instanceof DatabaseError) throw error;
    }
  }

  async #add(
    { kysely }: Database,
    row: { account: string; read_at: number; points: number },
  ): Promise<void> {
    const last = await kysely
      .selectFrom('balances')
      .select('points')
      .where('account', '=', row.account)
      .orderBy('read_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last?.points === row.points) return;
    await kysely
      .insertInto('balances')
      .values(row)
      .onConflict((conflict) => conflict.columns(['account', 'read_at']).doNothing())
      .execute();
  }
}
