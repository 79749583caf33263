import type { Log } from '../observability/log.ts';
import { StoreDown } from './counters.ts';
import type { SpentReader } from './spent-reader.ts';
import type { Tally } from './tally.ts';

export type SpentByInstance = ReadonlyMap<string, number>;

/** After a failure the ledger is left alone so long: requests must not queue up behind it. */
const REST_MS = 1000;
const NOTHING: SpentByInstance = new Map();

/** Finds out what was spent in a window before this instance came. */
export class LedgerSeeds {
  readonly #reading = new Map<Tally, Promise<SpentByInstance>>();
  #restsUntil = 0;

  constructor(
    /** Undefined: nothing is remembered from before the start. */
    private readonly reader: SpentReader | undefined,
    /** This process, as the ledger names it. */
    readonly instance: { readonly id: string },
    private readonly log: Log,
  ) {}

  /** The tally begins with what the ledger knows. @throws StoreDown, as the promise's */
  seed(tally: Tally): void | Promise<void> {
    if (!this.reader) begin(tally, NOTHING, this.instance);
    else return this.#seedFrom(tally);
  }

  /** One question at a time for a tally. @throws StoreDown, as the promise's */
  read(tally: Tally): Promise<SpentByInstance> {
    const { reader } = this;
    const { budget, start, end } = tally;
    if (!reader || !budget) return Promise.resolve(NOTHING);
    const under = this.#reading.get(tally);
    if (under) return under;
    if (performance.now() < this.#restsUntil) return Promise.reject(new StoreDown());
    const reading = reader
      .spentByInstance(budget, start, end)
      .catch((error: unknown) => {
        this.#restsUntil = performance.now() + REST_MS;
        const reason = error instanceof Error ? error.message : String(error);
        this.log.warn({ reason, budget: budget.id }, 'The ledger cannot say what a budget spent');
        throw new StoreDown({ cause: error });
      })
      .finally(() => this.#reading.delete(tally));
    this.#reading.set(tally, reading);
    return reading;
  }

  async #seedFrom(tally: Tally): Promise<void> {
    begin(tally, await this.read(tally), this.instance);
  }
}

function begin(tally: Tally, spent: SpentByInstance, { id }: { id: string }): void {
  const own = spent.get(id) ?? 0;
  // What was booked while the ledger could not be asked is on it by now.
  tally.spent = Math.max(tally.spent, own);
  tally.told = tally.spent;
  tally.others = 0;
  for (const [instance, points] of spent) if (instance !== id) tally.others += points;
  // Corrections are on the ledger before they are booked here.
  tally.early = 0;
  tally.isSeeded = true;
}
