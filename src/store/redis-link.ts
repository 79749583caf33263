import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import type { Log } from '../observability/log.ts';
import type { RedisScript } from './redis-script.ts';

/**
 * It takes a millisecond; a busy process, a fork of Redis or a network that stutters make it more
 * at times. After this it counts as away for all requests, so it is no sooner than it has to be.
 */
const ANSWER_MS = 500;
/** So long the first request waits at most for a Redis that is there. */
const FIRST_MS = 2000;
const TRY_AGAIN_MS = 1000;

const OPTIONS = {
  connectionName: 'poe-proxy',
  // The answers are numbers: no need for the newer protocol, which not everything in between knows.
  protocol: 2 as const,
  connectTimeout: 5000,
  // A connection that died without a word is made anew.
  socketTimeout: 5000,
  retryStrategy: (times: number) => Math.min(times * 100, 2000),
  // What cannot be asked now is decided without it: an answer that comes later is of no use.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

type Command = (...keysAndArguments: (string | number)[]) => Promise<unknown>;

/**
 * The process's one connection to Redis, and whether it is to be relied on: from its first failure or late answer
 * on it is not, until it has been told again what it may have missed or lost.
 */
export class RedisLink implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #commands = new Map<RedisScript, Command>();
  readonly #tellers: (() => Promise<unknown>)[] = [];
  readonly #begun = Promise.withResolvers<undefined>();
  #isUp = false;
  /** Its absence was logged, its return was not. */
  #isMissed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly redis: Redis,
    private readonly log: Log,
    /** Longest time, in ms, until `run` has answered or failed. */
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
    return new RedisLink(new Redis(url, OPTIONS), log, answerMs);
  }

  /** Requests that come before it is there would be refused, or counted apart. */
  async onApplicationBootstrap(): Promise<void> {
    await within(FIRST_MS, this.#begun.promise).catch(() => undefined);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** `tell` has to tell Redis, by `run`, all that it should know, each time before it is relied on. */
  onReturn(tell: () => Promise<unknown>): void {
    this.#tellers.push(tell);
  }

  /**
   * Runs the script, keys first. Only for who found the link up, or tells it something: it asks
   * once, and whether a script that gave no answer was run is unknown.
   * @throws when the answer is late, when there is no connection, or what the script threw
   */
  async run(script: RedisScript, ...keysAndArguments: (string | number)[]): Promise<unknown> {
    try {
      return await within(this.answerMs, this.#command(script)(...keysAndArguments));
    } catch (error) {
      this.#lose(error);
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.#isClosed = true;
    this.#isUp = false;
    clearTimeout(this.#timer);
    this.redis.disconnect();
  }

  /** ioredis sends the script's digest, and its text only to a server that does not know it. */
  #command(script: RedisScript): Command {
    const known = this.#commands.get(script);
    if (known) return known;
    const { name, ...definition } = script;
    this.redis.defineCommand(name, definition);
    const command = (this.redis as unknown as Record<string, Command>)[name]?.bind(this.redis);
    if (!command) throw new Error(`ioredis did not define ${name}`);
    this.#commands.set(script, command);
    return command;
  }

  #lose(error: unknown): void {
    if (this.#isClosed) return;
    this.#isUp = false;
    this.#resumeIn(TRY_AGAIN_MS);
    if (this.#isMissed) return;
    this.#isMissed = true;
    // The message alone: the error of a refused login carries the password.
    const reason = error instanceof Error ? error.message : String(error);
    this.log.warn(
      { reason },
      'Redis is away: what replicas share is counted by this instance alone, or refused',
    );
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
      // Noted by `run`, and the next try is due.
      return;
    }
    this.#isUp = !this.#isClosed;
    this.#begun.resolve(undefined);
    if (!this.#isMissed) return;
    this.#isMissed = false;
    this.log.info({}, 'Redis is back: replicas count together again');
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // It may have come while this process was busy: then it is read before this is called.
      setImmediate(() => {
        reject(new Error(`no answer in ${ms} ms`));
      });
    }, ms);
    void promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
