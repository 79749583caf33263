import type { RateLine } from './counters.ts';
import { MINUTE_MS, usedOf, type MinuteCount } from './minute-count.ts';

interface Minutes {
  minute: number;
  current: number;
  previous: number;
}

/** What keys asked for in the last minute; as many as there are keys with such limits. */
export class LocalRates {
  readonly #byKey = { requests: new Map<string, Minutes>(), tokens: new Map<string, Minutes>() };

  count(rate: RateLine, now: number): MinuteCount {
    const { current, previous } = this.#of(rate, now);
    return { current, previous, elapsed: now % MINUTE_MS };
  }

  hasRoom(rate: RateLine, limit: number, now: number): boolean {
    return usedOf(this.count(rate, now)) + rate.amount <= limit;
  }

  add(rate: RateLine, now: number): void {
    const minutes = this.#of(rate, now);
    minutes.current += rate.amount;
    rate.minute = minutes.minute;
  }

  adjust({ kind, keyId, minute }: RateLine, delta: number): void {
    const minutes = this.#byKey[kind].get(keyId);
    if (!minutes || minute === undefined) return;
    const age = minutes.minute - minute;
    if (age === 0) minutes.current = Math.max(0, minutes.current + delta);
    else if (age === 1) minutes.previous = Math.max(0, minutes.previous + delta);
  }

  #of({ kind, keyId }: RateLine, now: number): Minutes {
    const minute = Math.floor(now / MINUTE_MS);
    const known = this.#byKey[kind].get(keyId);
    if (!known) {
      const fresh = { minute, current: 0, previous: 0 };
      this.#byKey[kind].set(keyId, fresh);
      return fresh;
    }
    if (minute > known.minute) {
      known.previous = minute === known.minute + 1 ? known.current : 0;
      known.current = 0;
      known.minute = minute;
    }
    return known;
  }
}
