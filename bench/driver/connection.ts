import { connect, type Socket } from 'node:net';
import { FrameCounter } from './frame-counter.ts';
import { ResponseParser } from './response-parser.ts';

/** What came for one request. */
export interface Outcome {
  readonly status: number;
  readonly frames: FrameCounter;
}

/** One HTTP connection, one request at a time. */
export class Connection {
  /** Called with the first word of an answer, and with every further piece of it. */
  onPiece: ((frames: FrameCounter) => void) | undefined;
  onEnd: ((outcome: Outcome) => void) | undefined;
  /** The connection broke, by whomever: a request that was under way has no answer. */
  onBroken: (() => void) | undefined;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  #frames = new FrameCounter();

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#parser = new ResponseParser({
      body: (piece) => {
        this.#frames.push(piece);
        this.onPiece?.(this.#frames);
      },
      end: (status) => {
        const frames = this.#frames;
        this.#frames = new FrameCounter();
        this.onEnd?.({ status, frames });
      },
    });
    this.#socket.on('data', (bytes) => {
      this.#parser.push(bytes);
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.onBroken?.());
  }

  send(request: Buffer): void {
    this.#socket.write(request);
  }

  close(): void {
    this.onBroken = undefined;
    this.#socket.destroy();
  }
}
