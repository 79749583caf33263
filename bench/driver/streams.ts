import { Connection } from './connection.ts';

/** So many wait for their first word at a time: opening is no test of its own. */
const MOST_OPENING = 16;

/** Streams that run until upstream ends them. */
export class Streams {
  /** Frames that came, in all. */
  frames = 0;
  /** Streams that have their first word and have not ended. */
  open = 0;
  /** Came to their proper end. */
  completed = 0;
  /** No answer, an error, cut off, or not whole. */
  failed = 0;
  readonly #port: number;
  readonly #request: Buffer;
  readonly #connections = new Set<Connection>();
  #wanted = 0;
  #started = 0;
  #settled = Promise.withResolvers<undefined>();

  constructor(port: number, request: Buffer) {
    this.#port = port;
    this.#request = request;
  }

  /** Resolves when each of them has begun or failed. */
  async grow(to: number): Promise<void> {
    this.#wanted = to;
    this.#settled = Promise.withResolvers();
    for (let count = 0; count < MOST_OPENING; count += 1) this.#startNext();
    await this.#settled.promise;
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #startNext(): void {
    if (this.#started === this.#wanted) {
      if (this.open + this.completed + this.failed >= this.#wanted) {
        this.#settled.resolve(undefined);
      }
      return;
    }
    this.#started += 1;
    const connection = new Connection(this.#port);
    this.#connections.add(connection);
    let known = 0;
    let hasBegun = false;
    connection.onPiece = (frames) => {
      this.frames += frames.frames - known;
      known = frames.frames;
      if (hasBegun || !frames.hasFirstWord) return;
      hasBegun = true;
      this.open += 1;
      this.#startNext();
    };
    const end = (isWhole: boolean) => {
      this.#connections.delete(connection);
      connection.close();
      if (isWhole) this.completed += 1;
      else this.failed += 1;
      if (hasBegun) this.open -= 1;
      else this.#startNext();
    };
    connection.onEnd = ({ status, frames }) => {
      end(status === 200 && hasBegun && frames.isDone);
    };
    connection.onBroken = () => {
      end(false);
    };
    connection.send(this.#request);
  }
}
