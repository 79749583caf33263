/** Some MB. */
const MOST = 10_000;

/** A figure for each pair of key and model, as long as it is among those that were set last. */
export class RecentPairs {
  /** In the order in which they were set. */
  readonly #figures = new Map<string, number>();

  constructor(private readonly most = MOST) {}

  get(keyId: string, model: string): number | undefined {
    return this.#figures.get(nameOf(keyId, model));
  }

  set(keyId: string, model: string, figure: number): void {
    const name = nameOf(keyId, model);
    this.#figures.delete(name);
    this.#figures.set(name, figure);
    if (this.#figures.size <= this.most) return;
    const [oldest = name] = this.#figures.keys();
    this.#figures.delete(oldest);
  }
}

/** Names of models have no line ends, ids of keys no blanks. */
function nameOf(keyId: string, model: string): string {
  return `${keyId}\n${model}`;
}
