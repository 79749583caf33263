import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** A client that is no HTTP client: sends what it likes, and keeps all that it gets. */
export class RawSocket {
  readonly socket: Socket;
  #text = '';
  #isClosed = false;

  /** A rude one does not hang up when the other side does. */
  constructor(url: string, isRude = false) {
    const { port, hostname } = new URL(url);
    this.socket = connect({ port: Number(port), host: hostname, allowHalfOpen: isRude });
    // A reset is as good an end as any other.
    this.socket.on('error', () => undefined);
    this.socket.on('data', (data) => (this.#text += data.toString()));
    this.socket.once('close', () => (this.#isClosed = true));
  }

  get text(): string {
    return this.#text;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes; returns itself to be chained. What the other side does not want any more is lost. */
  send(bytes: string): this {
    if (this.socket.writable) this.socket.write(bytes);
    return this;
  }

  received(what: string | RegExp): Promise<void> {
    return until(`it reads ${String(what)}, not ${this.#text}`, () =>
      typeof what === 'string' ? this.#text.includes(what) : what.test(this.#text),
    );
  }

  /** Sends `bytes` again and again for as long as the other side holds the socket open. */
  async dribble(bytes: string): Promise<void> {
    await until('the socket is closed', () => {
      this.send(bytes);
      return this.#isClosed;
    });
  }

  closed(): Promise<void> {
    return until('the socket is closed', () => this.#isClosed);
  }
}

/** The head of a chat request, whose body is to follow. */
export function head(...headers: string[]): string {
  const lines = ['POST /v1/chat/completions HTTP/1.1', 'host: x', 'content-type: application/json'];
  return `${[...lines, ...headers].join('\r\n')}\r\n\r\n`;
}
