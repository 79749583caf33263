import { admitOrThrow } from './admit-or-throw.ts';
import type { Spender } from './budget.ts';
import type { Counters, Line, RateLine } from './counters.ts';
import { moveLines } from './move-lines.ts';
import type { Tally } from './tally.ts';
import { toHold, toPoints } from './to-points.ts';

/** What is known of a cost besides its points. */
export interface CostDetail {
  /** In and out together; if unknown, the estimate stays counted. */
  readonly tokens?: number | undefined;
  /** Points by registry model; if absent, all are the model's that was moved to last. */
  readonly byModel?: ReadonlyMap<string, number> | undefined;
}

export interface Admitted {
  readonly spender: Spender;
  /** ms UTC */
  readonly openedAt: number;
  /** Of budgets. */
  readonly lines: readonly Line[];
  readonly stream: Line | undefined;
  readonly rates: readonly RateLine[];
}

/** The lines of a spender's budgets, in the windows that the request was opened in. */
type LinesFor = (spender: Spender, points: number) => readonly Line[];

/**
 * Points that are set aside for one request in all its budgets, until it is settled or released. It
 * books into the windows that the request was opened in, though they may be over.
 */
export class BudgetHold {
  readonly #counters: Counters;
  readonly #linesFor: LinesFor;
  readonly #admitted: Admitted;
  #lines: readonly Line[];
  #model: string;
  #isOver = false;
  /** What was booked for the request, in each window that it ever held something in. */
  readonly #booked = new Map<Tally, number>();

  constructor(counters: Counters, linesFor: LinesFor, admitted: Admitted) {
    this.#counters = counters;
    this.#linesFor = linesFor;
    this.#admitted = admitted;
    this.#lines = admitted.lines;
    this.#model = admitted.spender.model;
    for (const { tally } of admitted.lines) this.#booked.set(tally, 0);
  }

  /** Time of admission, ms UTC: the request belongs to the windows of this time. */
  get openedAt(): number {
    return this.#admitted.openedAt;
  }

  /** It was settled or released. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Registry name of the model that it is held for. */
  get model(): string {
    return this.#model;
  }

  /**
   * The request goes on with another model, at its own estimate: that model's budgets are asked, and
   * the last one's given back, in one step. A request that is over moves nowhere.
   * @throws ApiError, also as the promise's: 402 or 503; then everything is held as before
   */
  moveTo(model: string, points: number): void | Promise<void> {
    if (this.#isOver) return;
    const wanted = this.#linesFor({ ...this.#admitted.spender, model }, toHold(points));
    const changes = moveLines(this.#lines, wanted);
    const done = () => {
      if (this.#isOver) this.#giveBack(changes);
      else this.#moved(model, wanted);
    };
    const waiting = admitOrThrow(this.#counters, changes, [], 0);
    if (waiting) return waiting.then(done);
    done();
  }

  /** The request is over and cost so many points. The first time counts, see `correct`. */
  settle(points: number, detail: CostDetail = {}): void {
    if (this.#isOver) return;
    const cost = toPoints(points);
    this.#isOver = true;
    this.#giveBack(this.#lines);
    const { stream, rates } = this.#admitted;
    if (stream) this.#giveBack([stream]);
    this.#book(cost, detail);
    if (detail.tokens !== undefined) this.#adjust(rates, detail.tokens);
  }

  /** The request came to nothing. Has no effect once it is settled. */
  release(): void {
    this.settle(0, { tokens: 0 });
  }

  /** It is known now that the request cost so many points in all; settles it if nobody has. */
  correct(points: number, detail: CostDetail = {}): void {
    if (this.#isOver) this.#book(toPoints(points), detail);
    else this.settle(points, detail);
  }

  #moved(model: string, wanted: readonly Line[]): void {
    this.#model = model;
    this.#lines = wanted;
    for (const { tally } of wanted) this.#booked.set(tally, this.#booked.get(tally) ?? 0);
  }

  #giveBack(lines: readonly Line[]): void {
    for (const { tally, amount } of lines) this.#counters.release(tally, amount);
  }

  #book(points: number, { byModel }: CostDetail): void {
    for (const [tally, booked] of this.#booked) {
      const cost = toPoints(this.#costOf(tally, points, byModel));
      if (cost === booked) continue;
      this.#booked.set(tally, cost);
      this.#counters.book(tally, cost - booked);
    }
  }

  #costOf({ budget }: Tally, points: number, byModel: CostDetail['byModel']): number {
    if (budget?.scope !== 'model') return points;
    if (byModel) return byModel.get(budget.subject) ?? 0;
    return budget.subject === this.#model ? points : 0;
  }

  #adjust(rates: readonly RateLine[], tokens: number): void {
    for (const rate of rates) {
      if (rate.kind === 'tokens' && tokens !== rate.amount) {
        this.#counters.adjust(rate, tokens - rate.amount);
      }
    }
  }
}
