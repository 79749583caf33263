import { readFile, stat } from 'node:fs/promises';
import { MOST_BYTES, TOO_LARGE } from './read-text-file.ts';

/** A file that is being written shows its beginning first, which may well be valid. */
const SETTLE_MS = 200;

interface Listener {
  /** There is a new version, valid or not. */
  changed(text: string): void;
  /** Said once, until it can be read again. */
  unreadable(error: unknown): void;
}

/**
 * Notices when a file of settings changes. It is read again and compared every few seconds: unlike
 * file events that sees Kubernetes swapping the symlinks of a ConfigMap, network mounts and editors
 * that rename. A new version counts once it was read twice alike.
 */
export class WatchedFile {
  #text = '';
  /** Read once, other than `#text`. */
  #next: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAway = false;

  constructor(
    private readonly file: string,
    private readonly pollMs: number,
    private readonly listener: Listener,
  ) {}

  /** `text` is what the file had in it at the start. */
  start(text: string): void {
    this.#text = text;
    this.#watch();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    const wait = this.#next === undefined ? this.pollMs : Math.min(this.pollMs, SETTLE_MS);
    this.#timer = setTimeout(() => void this.#look(), wait).unref();
  }

  async #look(): Promise<void> {
    try {
      const { size } = await stat(this.file);
      if (size > MOST_BYTES) throw new Error(TOO_LARGE);
      const text = await readFile(this.file, 'utf8');
      this.#isAway = false;
      const isSettled = text === this.#next;
      this.#next = text === this.#text || isSettled ? undefined : text;
      if (isSettled) this.#take(text);
    } catch (error) {
      // Between the two halves of a swap the file may be away for a moment.
      if (!this.#isAway) this.listener.unreadable(error);
      this.#isAway = true;
      this.#next = undefined;
    }
    if (this.#timer) this.#watch();
  }

  #take(text: string): void {
    this.#text = text;
    this.listener.changed(text);
  }
}
