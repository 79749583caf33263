import { DatabaseError } from '../../store/database-error.ts';
import type { Database } from '../../store/database.ts';
import type { Statement } from '../../store/statement.ts';
import type { Budgets } from '../budgets.ts';
import { BookingStatements } from './booking-statements.ts';
import type { Case } from './case.ts';
import type { Match } from './claimant.ts';

/** Written well within the time limit of a statement. */
const BATCH = 100;

export type Unbilled = Pick<Case, 'callId' | 'request' | 'models' | 'points'>;

/** One change of what a call costs. */
interface Booking {
  readonly statements: readonly Statement[];
  readonly request: Case['request'];
  readonly before: Cost;
  readonly after: Cost;
}

interface Cost {
  /** Registry name of the one that was called; of a lost request, as it was asked for. */
  readonly model: string;
  readonly points: number;
}

/** Writes what the comparison with Poe's ledger has shown, and tells the budgets. */
export class Bookkeeper {
  readonly #statements: BookingStatements;

  constructor(
    private readonly database: Database,
    private readonly budgets: Pick<Budgets, 'correct'>,
  ) {
    this.#statements = new BookingStatements(database);
  }

  /** @returns how many of them were booked: an entry may have been claimed elsewhere meanwhile */
  async bookMatches(matches: readonly Match<Case>[]): Promise<number> {
    return this.#book(
      matches.map(({ claimant, entry, grade }) => {
        const { callId, request, models, points } = claimant;
        const bot = entry.bot.toLowerCase();
        const model = models.find((name) => name.toLowerCase() === bot) ?? entry.bot;
        const claim =
          callId === undefined
            ? this.#statements.add(request.id, model, entry, grade)
            : this.#statements.claim(callId, entry, grade);
        const statements = [claim, this.#statements.tie(entry), this.#statements.sumUp(request.id)];
        const before = { model: callId === undefined ? request.model : model, points };
        return { statements, request, before, after: { model, points: entry.points } };
      }),
    );
  }

  /**
   * Ties entries to calls that found them by themselves, and undoes what proved wrong.
   * @param lateAfter external ones that were seen first after that, ms UTC, may still find theirs
   */
  async tieClaimed(lateAfter: number): Promise<void> {
    await this.database.write([
      ...this.#statements.forgetRevived(),
      this.#statements.tieClaimed(lateAfter),
    ]);
  }

  /** Entries that changed since, after their calls were booked. */
  async repriceChanged(since: number): Promise<void> {
    const changed = await this.database.reports
      .selectFrom('poe_entries')
      .innerJoin('calls', 'calls.id', 'poe_entries.call_id')
      .innerJoin('requests', 'requests.id', 'calls.request_id')
      .select(['calls.id as call_id', 'calls.points as booked', 'calls.bot as model'])
      .select(['requests.id', 'team_id', 'key_id', 'opened_at', 'requests.model as asked'])
      .select('poe_entries.points as billed')
      .where('poe_entries.updated_at', '>=', since)
      .whereRef('poe_entries.points', '<>', 'calls.points')
      .execute();
    await this.#book(
      changed.map(({ call_id, booked, billed, model, asked, ...request }) => ({
        statements: [this.#statements.reprice(call_id, billed), this.#statements.sumUp(request.id)],
        request: { ...request, model: asked },
        before: { model, points: booked },
        after: { model, points: billed },
      })),
    );
  }

  /** Those that Poe has not billed cost nothing. */
  async writeOff(unbilled: readonly Unbilled[]): Promise<void> {
    await this.#book(
      unbilled.map(({ callId, request, models: [model = request.model], points }) => ({
        statements: [
          ...(callId === undefined ? [] : [this.#statements.writeOff(callId)]),
          this.#statements.sumUp(request.id),
        ],
        request,
        before: { model, points },
        after: { model, points: 0 },
      })),
    );
  }

  async #book(bookings: readonly Booking[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < bookings.length; from += BATCH) {
      const batch = bookings.slice(from, from + BATCH);
      const done = (await this.#write(batch)) ? batch : await this.#writeEach(batch);
      for (const booking of done) this.#tell(booking);
      count += done.length;
    }
    return count;
  }

  #tell({ request, before, after }: Booking): void {
    const { team_id: teamId, key_id: keyId, opened_at } = request;
    const correct = (model: string, points: number) => {
      if (points !== 0) {
        this.budgets.correct({ teamId, keyId, model }, opened_at, points, Date.now());
      }
    };
    if (before.model === after.model) correct(after.model, after.points - before.points);
    else {
      correct(before.model, -before.points);
      correct(after.model, after.points);
    }
  }

  async #writeEach(bookings: readonly Booking[]): Promise<Booking[]> {
    const done: Booking[] = [];
    for (const booking of bookings) if (await this.#write([booking])) done.push(booking);
    return done;
  }

  /** False: one of them claims what another process has claimed just now. */
  async #write(bookings: readonly Booking[]): Promise<boolean> {
    try {
      await this.database.write(bookings.flatMap(({ statements }) => statements));
      return true;
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.code === '23505' || error.code?.startsWith('SQLITE_CONSTRAINT') === true;
}
