import { setTimeout as sleep } from 'node:timers/promises';
import { ask, chat, type ChatBody } from '../support/chat.ts';
import { readStream } from '../support/stream.ts';

export interface Load {
  readonly url: string;
  /** Open at one time. */
  readonly streams: number;
  /** Besides, answered in one piece. */
  readonly requestsPerSecond: number;
  /** Of each stream. */
  readonly tokens: number;
}

const TOKEN_MS = 100;

/** Clients that ask again and again, and what they were answered. */
export class Clients {
  readonly problems: string[] = [];
  #answered = 0;
  #isOver = false;
  readonly #all: Promise<unknown>[];

  constructor(load: Load) {
    const stream = ask(`ok tokens=${load.tokens} delay=${TOKEN_MS}`);
    const streams = Array.from({ length: load.streams }, async (_, index) => {
      // Not all at the same moment: their ends should be anywhere.
      await sleep((index * load.tokens * TOKEN_MS) / load.streams);
      while (!this.#isOver) await this.#ask(load.url, stream);
    });
    this.#all = [...streams, this.#askEvery(1000 / load.requestsPerSecond, load.url)];
  }

  get answered(): number {
    return this.#answered;
  }

  /** No more are begun; resolves when all have their answers. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all);
  }

  /** Whether the one before was answered or not. */
  async #askEvery(ms: number, url: string): Promise<void> {
    const running: Promise<void>[] = [];
    const began = performance.now();
    while (!this.#isOver) {
      running.push(this.#ask(url, ask('ok', { stream: false })));
      await sleep(Math.max(0, began + running.length * ms - performance.now()));
    }
    await Promise.all(running);
  }

  async #ask(url: string, body: ChatBody): Promise<void> {
    try {
      const { status, text, isComplete } = await chat(url, body);
      const isWhole = body.stream === true ? isComplete && readStream(text).isDone : isComplete;
      if (status === 200 && isWhole) this.#answered += 1;
      else
        this.problems.push(`${body.stream ? 'stream' : 'request'}: ${status} ${text.slice(-200)}`);
    } catch (error) {
      this.problems.push(String(error));
      // Who is refused at once would ask a thousand times a second.
      await sleep(100);
    }
  }
}
