import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrotliCompress, constants, createBrotliCompress } from 'node:zlib';

/** Milliseconds; a reset throws away what the other side has not read yet. */
const READING_TIME = 20;

/** One response, byte by byte. Does nothing any more once the client has left. */
export class Wire {
  readonly #response: ServerResponse;
  readonly #acceptsBrotli: boolean;
  readonly #left = new AbortController();
  #compressor: BrotliCompress | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(response: ServerResponse, acceptEncoding: string | undefined) {
    this.#response = response;
    this.#acceptsBrotli = /\bbr\b/.test(acceptEncoding ?? '');
    response.once('close', () => {
      this.#left.abort();
    });
    // A write to a client that has just left; 'close' follows.
    response.on('error', () => undefined);
  }

  get isClosed(): boolean {
    return this.#left.signal.aborted;
  }

  /** Ends early if the client leaves. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#left.signal }).catch(() => undefined);
  }

  /** Real answers, not errors, come in Brotli whenever the client takes it. */
  head(status: number, headers: Record<string, string>): void {
    const compressed = this.#acceptsBrotli && status === 200;
    if (compressed) this.#compressor = this.#compress();
    const encoding = compressed ? { 'content-encoding': 'br' } : {};
    const rest = Object.entries(headers).filter(([name]) => !compressed || !isLength(name));
    this.#response.writeHead(status, { ...Object.fromEntries(rest), ...encoding });
    this.#response.flushHeaders();
  }

  /** Resolves when the client has room for more. */
  async write(data: string | Buffer): Promise<void> {
    if (this.#compressor !== undefined) {
      const compressor = this.#compressor;
      compressor.write(data);
      await new Promise<void>((resolve) => {
        compressor.flush(resolve);
      });
    } else {
      this.#send(Buffer.from(data));
    }
    if (!this.isClosed && this.#response.writableNeedDrain) await this.#drained();
  }

  async end(): Promise<void> {
    if (this.#compressor === undefined) {
      this.#response.end();
      return;
    }
    const compressor = this.#compressor;
    await new Promise((resolve) => compressor.once('end', resolve).end());
    this.#response.end();
  }

  /** What was written arrives, then the connection closes. */
  async destroy(): Promise<void> {
    await this.#lastWrite;
    this.#response.socket?.destroy();
  }

  /** What was written arrives, then RST. */
  async reset(): Promise<void> {
    await this.#lastWrite;
    if (this.#response.headersSent) await this.wait(READING_TIME);
    this.#response.socket?.resetAndDestroy();
  }

  #compress(): BrotliCompress {
    const compressor = createBrotliCompress({
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    });
    return compressor.on('data', (chunk: Buffer) => {
      this.#send(chunk);
    });
  }

  #send(bytes: Buffer): void {
    this.#lastWrite = new Promise((resolve) => {
      this.#response.write(bytes, () => {
        resolve();
      });
    });
  }

  async #drained(): Promise<void> {
    const options = { signal: this.#left.signal };
    await once(this.#response, 'drain', options).catch(() => undefined);
  }
}

function isLength(header: string): boolean {
  return header === 'content-length';
}
