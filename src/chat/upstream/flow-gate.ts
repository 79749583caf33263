interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Lets the slow end of an answer hold back the fast one: the body that a client reads closes and
 * opens it, the call of Poe that runs at the moment obeys. Observables themselves cannot say this.
 */
export class FlowGate {
  #source: Pausable | undefined;
  #closed = false;

  get isClosed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source?.pause();
  }

  open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    this.#source?.resume();
  }

  attach(source: Pausable): void {
    this.#source = source;
    if (this.#closed) source.pause();
  }
}
