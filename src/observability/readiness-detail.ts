import { Injectable } from '@nestjs/common';

/** What an operator wants to know besides ready or not; it decides nothing. */
@Injectable()
export class ReadinessDetail {
  readonly #parts = new Map<string, () => unknown>();

  /** `read` is called whenever somebody asks, and must be cheap. */
  add(name: string, read: () => unknown): void {
    this.#parts.set(name, read);
  }

  read(): Record<string, unknown> {
    return Object.fromEntries([...this.#parts].map(([name, read]) => [name, read()]));
  }
}
