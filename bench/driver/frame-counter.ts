const NEW_LINE = 10;
const DONE = 'data: [DONE]\n\n';
const ERROR = Buffer.from('data: {"error"');
const FIRST_WORD = Buffer.from('"content":"First');

/** Follows the body of an event stream, in pieces cut anywhere, as cheaply as can be. */
export class FrameCounter {
  /** Frames that came whole, [DONE] among them. */
  frames = 0;
  hasFirstWord = false;
  hasError = false;
  #tail: Buffer = Buffer.alloc(0);

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.#tail.at(-1) === NEW_LINE && piece[0] === NEW_LINE) this.frames += 1;
    for (let at = piece.indexOf('\n\n'); at !== -1; at = piece.indexOf('\n\n', at + 2)) {
      this.frames += 1;
    }
    this.hasFirstWord ||= piece.includes(FIRST_WORD);
    this.hasError ||= piece.includes(ERROR);
    const isShort = piece.length < DONE.length;
    this.#tail = isShort ? Buffer.concat([this.#tail, piece]).subarray(-DONE.length) : piece;
  }

  /** The stream has said that it was whole. */
  get isDone(): boolean {
    return !this.hasError && this.#tail.subarray(-DONE.length).toString('latin1') === DONE;
  }
}
