import { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FlowGate } from '../upstream/flow-gate.ts';
import type { WaitingBytes } from './waiting-bytes.ts';
import { writeChunk } from './write-chunk.ts';

/** What one slow reader may have waiting before the call of Poe is paused. */
const MOST_WAITING_BYTES = 256 * 1024;
/** A reader that takes nothing for so long will not come back. */
const STALLED_MS = 120_000;
/**
 * A destroyed socket loses what it has not sent: with no pause 0 of 100 clients saw the last frame,
 * with 50 ms all of them.
 */
const LINGER_MS = 100;

export class SlowReader extends Error {
  constructor() {
    super(`the client took nothing for ${STALLED_MS / 1000} s`);
    this.name = 'SlowReader';
  }
}

/**
 * The body of a streamed reply. Ends in one of two ways: `finish`, which a client takes for
 * success, or `fail`, which cuts the connection after the last frame so that nobody does.
 */
export class EventStreamBody extends Readable {
  readonly #gate: FlowGate;
  readonly #waiting: WaitingBytes;
  readonly #onClose: (error: Error | null) => void;
  /** Where it goes, if that is a client. */
  #response: ServerResponse | undefined;
  /** Frames of this turn of the event loop, which are written together at its end. */
  #gathered = '';
  #counted = 0;
  #takenBytes = 0;
  #stall: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  #failure: Error | undefined;

  /** `onClose` is called once, whoever ended it; with the error if it was not a clean end. */
  constructor(gate: FlowGate, waiting: WaitingBytes, onClose: (error: Error | null) => void) {
    super({ highWaterMark: MOST_WAITING_BYTES });
    this.#gate = gate;
    this.#waiting = waiting;
    this.#onClose = onClose;
  }

  send(frame: string): void {
    if (this.#keepsUp()) {
      if (this.#gathered === '') process.nextTick(this.#writeGathered);
      this.#gathered += frame;
      return;
    }
    this.#writeGathered();
    const isRoom = this.push(frame);
    this.#count();
    if (this.readableLength === 0) return;
    if (!isRoom || this.#waiting.tooMany) this.#gate.close();
    this.#stall ??= this.#watch();
  }

  finish(): void {
    this.push(null);
  }

  /** Sends `lastFrame`, waits until it has been taken, then destroys the connection. */
  fail(lastFrame: string, failure: Error): void {
    this.#writeGathered();
    this.push(lastFrame);
    this.#count();
    this.#failure = failure;
    if (this.readableLength === 0) this.#destroySoon(failure);
    else this.#stall ??= this.#watch();
  }

  override pipe<T extends NodeJS.WritableStream>(to: T, options?: { end?: boolean }): T {
    if (to instanceof ServerResponse) this.#response = to;
    return super.pipe(to, options);
  }

  override _read(): void {
    // Frames are pushed as they come.
  }

  override read(size?: number): unknown {
    const taken: unknown = super.read(size);
    if (taken instanceof Buffer) {
      this.#takenBytes += taken.length;
      this.#count();
      if (this.readableLength < MOST_WAITING_BYTES && !this.#holdsBack()) this.#gate.open();
      if (this.#failure && this.readableLength === 0) this.#destroySoon(this.#failure);
    }
    return taken;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#stall);
    clearTimeout(this.#linger);
    this.#waiting.change(-this.#counted);
    this.#counted = 0;
    this.#onClose(error);
    done(error);
  }

  /**
   * Whether all that was sent before is on its way to the client: then a frame need not pass through
   * the buffers of two streams, which costs a quarter of all that is done for it.
   */
  #keepsUp(): boolean {
    const response = this.#response;
    if (!response || this.readableLength > 0 || this.readableFlowing !== true) return false;
    // The headers go out with the first frame, which passes through them.
    if (!this.readableDidRead || !response.chunkedEncoding) return false;
    return response.socket?.writableNeedDrain === false;
  }

  readonly #writeGathered = (): void => {
    const frames = this.#gathered;
    this.#gathered = '';
    const socket = this.#response?.socket;
    if (frames !== '' && socket?.writable) writeChunk(socket, frames);
  };

  #holdsBack(): boolean {
    return this.#waiting.tooMany && this.readableLength > 0;
  }

  #count(): void {
    this.#waiting.change(this.readableLength - this.#counted);
    this.#counted = this.readableLength;
  }

  #destroySoon(failure: Error): void {
    this.#linger ??= setTimeout(() => this.destroy(failure), LINGER_MS);
  }

  #watch(): NodeJS.Timeout {
    const before = this.#takenBytes;
    return setTimeout(() => {
      this.#stall = undefined;
      if (this.readableLength === 0) return;
      if (this.#takenBytes === before) this.destroy(new SlowReader());
      else this.#stall = this.#watch();
    }, STALLED_MS).unref();
  }
}
