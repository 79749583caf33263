import type { ServerResponse } from 'node:http';
import { closing, FRAMES } from './wire.ts';

/** Above it the reader does not keep up, and further frames would only fill memory. */
const MOST_WAITING_BYTES = 64 * 1024;

/** One endless answer, a word at each turn, until it is told to end. */
export class PacedStream {
  readonly #response: ServerResponse;
  #words = 1;
  /** Turns without a frame, because too much was still waiting. */
  skipped = 0;

  /** The headers have to be on their way. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.#write(FRAMES.opening);
  }

  next(): void {
    if ((this.#response.socket?.writableLength ?? 0) > MOST_WAITING_BYTES) {
      this.skipped += 1;
      return;
    }
    this.#write(FRAMES.words[this.#words++ % FRAMES.words.length]);
  }

  end(): void {
    this.#write(closing(this.#words));
    this.#response.end();
  }

  /** Past the response: it would wrap each frame anew in what is in the buffer already. */
  #write(bytes: Buffer | undefined): void {
    if (bytes) this.#response.socket?.write(bytes);
  }
}
