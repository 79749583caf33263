/** Gives back the smallest of its numbers; its capacity is fixed, and nothing is checked. */
export class MinHeap {
  size = 0;
  private readonly items: Float64Array;

  constructor(capacity: number) {
    this.items = new Float64Array(capacity);
  }

  push(item: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.items[parent] ?? 0;
      if (above <= item) break;
      this.items[at] = above;
      at = parent;
    }
    this.items[at] = item;
  }

  /** Only when `size` is above 0. */
  pop(): number {
    const smallest = this.items[0] ?? 0;
    const size = --this.size;
    const item = this.items[size] ?? 0;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.items[child + 1] ?? 0) < (this.items[child] ?? 0)) child++;
      const below = this.items[child] ?? 0;
      if (below >= item) break;
      this.items[at] = below;
      at = child;
    }
    this.items[at] = item;
    return smallest;
  }
}
