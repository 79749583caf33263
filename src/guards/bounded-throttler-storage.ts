import type { ThrottlerStorage } from '@nestjs/throttler';

/** Some 100 bytes each. The package's own store never deletes a key. */
const MOST_KEYS = 50_000;
/** What is evicted is remembered in one of these counters. */
const BUCKETS = 4096;

interface Window {
  hits: number;
  /** ms of `performance.now()` */
  endsAt: number;
}

/**
 * Requests per key in fixed windows, in bounded memory. When there is no room, the oldest key's
 * count moves to a counter that it shares with others by hash, and whoever is new begins with what
 * stands there: being evicted, or making others be evicted, never yields a fresh allowance.
 */
export class BoundedThrottlerStorage implements ThrottlerStorage {
  readonly #windows = new Map<string, Window>();
  readonly #buckets = new Map<number, Window>();
  /** Unknown to strangers, so that they cannot choose whose counter they share. */
  readonly #seed = Math.floor(Math.random() * 2 ** 31);
  readonly #mostKeys: number;
  readonly #bucketCount: number;

  constructor(mostKeys = MOST_KEYS, bucketCount = BUCKETS) {
    this.#mostKeys = mostKeys;
    this.#bucketCount = bucketCount;
  }

  /** Times in the answer are whole seconds, rounded up; `ttl` is ms. */
  increment(key: string, ttl: number, limit: number) {
    const now = performance.now();
    const window = this.#windowOf(key, now, ttl);
    window.hits += 1;
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const isBlocked = window.hits > limit;
    return Promise.resolve({
      totalHits: window.hits,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    });
  }

  /** Seconds, rounded up, for which the key has nothing left of its limit; 0: it has. Counts nothing. */
  peek(key: string, limit: number): number {
    const now = performance.now();
    const known = this.#windows.get(key);
    const window = known && known.endsAt > now ? known : this.#buckets.get(this.#hash(key));
    if (!window || window.endsAt <= now || window.hits < limit) return 0;
    return Math.ceil((window.endsAt - now) / 1000);
  }

  #windowOf(key: string, now: number, ttl: number): Window {
    const known = this.#windows.get(key);
    if (known && known.endsAt > now) return known;
    this.#windows.delete(key);
    const shared = this.#buckets.get(this.#hash(key));
    const window = shared && shared.endsAt > now ? { ...shared } : { hits: 0, endsAt: now + ttl };
    if (this.#windows.size >= this.#mostKeys) this.#evictOldest(now);
    this.#windows.set(key, window);
    return window;
  }

  /** Windows are of one length, so the first in the map is the first to end. */
  #evictOldest(now: number): void {
    for (const [key, window] of this.#windows) {
      this.#windows.delete(key);
      if (window.endsAt > now) this.#remember(key, window, now);
      return;
    }
  }

  #remember(key: string, window: Window, now: number): void {
    const bucket = this.#hash(key);
    const shared = this.#buckets.get(bucket);
    const isOld = !shared || shared.endsAt <= now;
    this.#buckets.set(bucket, {
      hits: isOld ? window.hits : Math.max(shared.hits, window.hits),
      endsAt: isOld ? window.endsAt : Math.max(shared.endsAt, window.endsAt),
    });
  }

  #hash(key: string): number {
    let hash = this.#seed;
    for (let index = 0; index < key.length; index++) {
      hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0) % this.#bucketCount;
  }
}
