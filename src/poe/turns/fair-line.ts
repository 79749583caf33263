export interface Place {
  readonly caller: string;
  readonly address: string;
}

/**
 * Those who wait, in turns: round robin over callers, within a caller over its addresses, first
 * come first served within an address. Who is passed over keeps the place; who leaves was never
 * there. A caller without anybody waiting is forgotten, and begins again behind all others.
 */
export class FairLine<T extends Place> {
  /** Maps and sets keep their order: the first is the next in turn. */
  readonly #callers = new Map<string, Map<string, Set<T>>>();
  readonly #byArrival = new Set<T>();

  get size(): number {
    return this.#byArrival.size;
  }

  get oldest(): T | undefined {
    for (const one of this.#byArrival) return one;
    return undefined;
  }

  add(one: T): void {
    this.#byArrival.add(one);
    let addresses = this.#callers.get(one.caller);
    if (!addresses) this.#callers.set(one.caller, (addresses = new Map<string, Set<T>>()));
    const waiting = addresses.get(one.address);
    if (waiting) waiting.add(one);
    else addresses.set(one.address, new Set([one]));
  }

  /** Leaves without having had a turn; false if it had left before. */
  remove(one: T): boolean {
    if (!this.#byArrival.delete(one)) return false;
    const addresses = this.#callers.get(one.caller);
    const waiting = addresses?.get(one.address);
    waiting?.delete(one);
    if (waiting?.size === 0) addresses?.delete(one.address);
    if (addresses?.size === 0) this.#callers.delete(one.caller);
    return true;
  }

  /** Leaves for its turn: its caller and its address are last now. */
  serve(one: T): void {
    this.remove(one);
    const addresses = this.#callers.get(one.caller);
    if (!addresses) return;
    moveToEnd(this.#callers, one.caller, addresses);
    const waiting = addresses.get(one.address);
    if (waiting) moveToEnd(addresses, one.address, waiting);
  }

  /**
   * Up to `most` of those who could have a turn now, no more of a caller than there is room for;
   * the first of them is the next. All of them stay.
   */
  ready(most: number, roomOf: (caller: string) => number, fits: (one: T) => boolean): T[] {
    const found: T[] = [];
    for (const [caller, addresses] of this.#callers) {
      const end = Math.min(most, found.length + roomOf(caller));
      if (found.length < end) collect(addresses, end, fits, found);
      if (found.length >= most) break;
    }
    return found;
  }

  /**
   * Who has to go so that `most` stay: the last to come of the address with most waiting, of the
   * caller with most waiting. Otherwise one caller could fill the line and keep all others out.
   */
  beyond(most: number): T[] {
    const late: T[] = [];
    while (this.size > most) {
      const addresses = largest(this.#callers.values(), sizeOf);
      const waiting = addresses && largest(addresses.values(), (set) => set.size);
      const last = waiting && [...waiting].at(-1);
      if (!last) break;
      late.push(last);
      this.remove(last);
    }
    return late;
  }
}

function sizeOf(addresses: ReadonlyMap<string, ReadonlySet<unknown>>): number {
  let size = 0;
  for (const waiting of addresses.values()) size += waiting.size;
  return size;
}

/** The last of the largest: who came into the line later goes first. */
function largest<T>(all: Iterable<T>, size: (one: T) => number): T | undefined {
  let best: T | undefined;
  for (const one of all) if (!best || size(one) >= size(best)) best = one;
  return best;
}

function collect<T>(
  addresses: ReadonlyMap<string, ReadonlySet<T>>,
  end: number,
  fits: (one: T) => boolean,
  found: T[],
): void {
  for (const waiting of addresses.values()) {
    for (const one of waiting) {
      if (!fits(one)) continue;
      found.push(one);
      if (found.length >= end) return;
    }
  }
}

function moveToEnd<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}
