import { StringDecoder } from 'node:string_decoder';

/** A longer event is no answer of a model; without a bound it would fill the memory. UTF-16 units. */
const LONGEST_EVENT = 64 * 1024 * 1024;

/** `event` is `message` unless the stream names another; `data` lines are joined by `\n`. */
export type OnEvent = (event: string, data: string) => void;

/**
 * Server-sent events out of bytes, however these are cut: inside a character, between `\r` and
 * `\n`, many events in one piece or one event in many (WHATWG HTML, section 9.2.6).
 * Comments, `id:` and `retry:` are dropped.
 */
export class SseParser {
  readonly #onEvent: OnEvent;
  readonly #longestEvent: number;
  readonly #decoder = new StringDecoder('utf8');
  /** Pieces of a line whose end has not come; joined once, so that long lines stay linear. */
  #pieces: string[] = [];
  #lineLength = 0;
  #afterCr = false;
  #atStart = true;
  #event = '';
  #data: string[] = [];
  #dataLength = 0;

  constructor(onEvent: OnEvent, longestEvent = LONGEST_EVENT) {
    this.#onEvent = onEvent;
    this.#longestEvent = longestEvent;
  }

  /** @throws RangeError when one event is longer than any answer could be */
  push(bytes: Buffer): void {
    this.#take(this.#decoder.write(bytes));
  }

  /** The body is over: what was not closed by an empty line still counts as an event. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#pieces.length > 0) this.#endLine('');
    this.#dispatch();
  }

  #take(decoded: string): void {
    let text = decoded;
    if (text === '') return;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    if (this.#afterCr) {
      this.#afterCr = false;
      if (text.startsWith('\n')) text = text.slice(1);
    }
    if (text.includes('\r')) {
      this.#afterCr = text.endsWith('\r');
      text = text.replace(/\r\n?/g, '\n');
    }
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#endLine(text.slice(from, at));
      from = at + 1;
    }
    if (from < text.length) this.#keep(text.slice(from));
  }

  #keep(piece: string): void {
    this.#pieces.push(piece);
    this.#lineLength += piece.length;
    this.#checkLength();
  }

  #checkLength(): void {
    if (this.#lineLength + this.#dataLength > this.#longestEvent) {
      throw new RangeError('an event of the stream is too long');
    }
  }

  #endLine(tail: string): void {
    const line = this.#pieces.length === 0 ? tail : this.#pieces.join('') + tail;
    this.#pieces = [];
    this.#lineLength = 0;
    if (line === '') this.#dispatch();
    else if (line.startsWith('data:')) this.#addData(valueOf(line, 5));
    else if (line.startsWith('event:')) this.#event = valueOf(line, 6);
    else if (line === 'data') this.#addData('');
  }

  #addData(value: string): void {
    // With the line end before it, or empty lines would be free and fill the memory.
    this.#dataLength += value.length + (this.#data.length > 0 ? 1 : 0);
    this.#data.push(value);
    this.#checkLength();
  }

  #dispatch(): void {
    const { length } = this.#data;
    if (length > 0) {
      const data = length === 1 ? (this.#data[0] ?? '') : this.#data.join('\n');
      this.#data = [];
      this.#onEvent(this.#event === '' ? 'message' : this.#event, data);
    }
    this.#event = '';
    this.#dataLength = 0;
  }
}

/** One blank after the colon belongs to the syntax. */
function valueOf(line: string, from: number): string {
  return line.slice(line.charCodeAt(from) === 0x20 ? from + 1 : from);
}
