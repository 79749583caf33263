const HEAD_END = '\r\n\r\n';
const LF = 10;
const ZERO = 48;
const NINE = 57;
const SEMICOLON = 59;
const LETTER_A = 97;
const LETTER_F = 102;

export interface ResponseEvents {
  /** A piece of the body, without what HTTP wraps around it. */
  body?(piece: Buffer): void;
  /** The whole response has come. */
  end(status: number): void;
}

type State = 'head' | 'fixed' | 'size' | 'data' | 'data-end' | 'trailer';

/**
 * Reads HTTP/1.1 responses one after another off a connection, and no more of them than a
 * benchmark needs: status, body, end. A body has to have a length or come in chunks.
 */
export class ResponseParser {
  readonly #events: ResponseEvents;
  #state: State = 'head';
  #head: Buffer | undefined;
  #status = 0;
  /** Bytes that are still to come of the body or the chunk; while its size is read, that. */
  #left = 0;
  #isExtension = false;
  #lineLength = 0;

  constructor(events: ResponseEvents) {
    this.#events = events;
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'fixed':
      case 'data':
        return this.#readBody(bytes, at);
      case 'size':
        return this.#readSize(bytes, at);
      case 'data-end':
        if (bytes[at] === LF) this.#state = 'size';
        return at + 1;
      case 'trailer':
        return this.#readTrailer(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const before = this.#head?.length ?? 0;
    const all = this.#head ? Buffer.concat([this.#head, bytes.subarray(at)]) : bytes.subarray(at);
    const end = all.indexOf(HEAD_END);
    if (end === -1) {
      this.#head = all;
      return bytes.length;
    }
    this.#head = undefined;
    const head = all.toString('latin1', 0, end + 2);
    this.#status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head);
    if (length) {
      this.#left = Number(length[1]);
      this.#state = 'fixed';
      if (this.#left === 0) this.#finish();
    } else if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) {
      this.#left = 0;
      this.#state = 'size';
    } else {
      throw new Error(`a response without length: ${head.slice(0, 200)}`);
    }
    return at + end + HEAD_END.length - before;
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#events.body?.(bytes.subarray(at, end));
    this.#left -= end - at;
    if (this.#left === 0) {
      if (this.#state === 'fixed') this.#finish();
      else this.#state = 'data-end';
    }
    return end;
  }

  #readSize(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#isExtension && byte !== LF) continue;
      // Changes no digit, and makes letters lower case.
      const lower = byte | 32;
      if (byte >= ZERO && byte <= NINE) this.#left = this.#left * 16 + byte - ZERO;
      else if (lower >= LETTER_A && lower <= LETTER_F) {
        this.#left = this.#left * 16 + lower - LETTER_A + 10;
      } else if (byte === SEMICOLON) {
        this.#isExtension = true;
      } else if (byte === LF) {
        this.#isExtension = false;
        this.#state = this.#left === 0 ? 'trailer' : 'data';
        return at + 1;
      }
    }
    return bytes.length;
  }

  /** Up to an empty line. */
  #readTrailer(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      if (bytes[at] !== LF) {
        this.#lineLength += 1;
        continue;
      }
      // Nothing but its carriage return.
      const isEmpty = this.#lineLength <= 1;
      this.#lineLength = 0;
      if (isEmpty) {
        this.#finish();
        return at + 1;
      }
    }
    return bytes.length;
  }

  #finish(): void {
    this.#state = 'head';
    this.#events.end(this.#status);
  }
}
