import type { Redis, RedisOptions } from 'ioredis';
import type { Log } from '../../observability/log.ts';
import { TAKE_SCRIPT } from './take-script.ts';

/** Longer than Redis ever takes, and short enough for a request to wait for nothing. */
const ANSWER_MS = 100;
const TRY_AGAIN_MS = 1000;

const OPTIONS = {
  connectionName: 'poe-proxy',
  // The answers are numbers: no need for the newer protocol, which not everything in between knows.
  protocol: 2 as const,
  connectTimeout: 5000,
  // A connection that died without a word is made anew.
  socketTimeout: 5000,
  retryStrategy: (times: number) => Math.min(times * 100, 2000),
  // What cannot be asked now is counted locally: an answer that comes later is of no use.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  scripts: { take: { lua: TAKE_SCRIPT, numberOfKeys: 1 } },
} satisfies RedisOptions;

type Scripted = Redis & { take(key: string, ...args: (string | number)[]): Promise<unknown> };

/**
 * The connection to Redis, and whether it is to be relied on: from its first failure or late answer
 * on it is not, until it has been told again what it may have missed or lost.
 */
export class RedisLink {
  readonly #tellers: (() => Promise<unknown>)[] = [];
  #isUp = false;
  /** Its absence was logged, its return was not. */
  #isMissed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly redis: Scripted,
    private readonly log: Log,
    /** Longest time until `take` has answered or failed. */
    readonly answerMs: number,
  ) {
    redis.on('ready', () => {
      this.#resumeIn(0);
    });
    // Without a listener ioredis prints them.
    redis.on('error', (error: unknown) => {
      this.#lose(error);
    });
    redis.on('close', () => {
      this.#lose(new Error('the connection ended'));
    });
  }

  /** Does not wait for the connection. The package is loaded here, for those alone who need it. */
  static async open(url: string, log: Log, answerMs = ANSWER_MS): Promise<RedisLink> {
    const { Redis } = await import('ioredis');
    return new RedisLink(new Redis(url, OPTIONS) as Scripted, log, answerMs);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** `tell` has to tell Redis all that it should know, each time before it is relied on. */
  onReturn(tell: () => Promise<unknown>): void {
    this.#tellers.push(tell);
  }

  /** Runs the script; see there for the arguments. */
  async take(key: string, ...args: (string | number)[]): Promise<[number, number]> {
    try {
      const answer = within(this.answerMs, this.redis.take(key, ...args));
      return (await answer) as [number, number];
    } catch (error) {
      this.#lose(error);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    clearTimeout(this.#timer);
    this.redis.disconnect();
  }

  #lose(error: unknown): void {
    if (this.#isClosed) return;
    this.#isUp = false;
    this.#resumeIn(TRY_AGAIN_MS);
    if (this.#isMissed) return;
    this.#isMissed = true;
    // The message alone: the error of a refused login carries the password.
    const reason = error instanceof Error ? error.message : String(error);
    this.log.warn({ reason }, 'Redis is away: this instance counts its requests to Poe alone');
  }

  #resumeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // It says by itself when it is connected again.
      if (this.redis.status === 'ready') void this.#resume();
    }, ms).unref();
  }

  async #resume(): Promise<void> {
    try {
      await Promise.all(this.#tellers.map((tell) => tell()));
    } catch {
      // Noted by `take`, and the next try is due.
      return;
    }
    this.#isUp = !this.#isClosed;
    if (!this.#isMissed) return;
    this.#isMissed = false;
    this.log.info({}, 'Redis is back: requests to Poe are counted together again');
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer in ${ms} ms`));
    }, ms);
    void promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
