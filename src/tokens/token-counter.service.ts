import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CountCache } from './count-cache.ts';
import { CountingThread } from './counting-thread.ts';
import { billedBytes, readBilled } from './read-billed.ts';
import { readMessage, REPLY_PRIMING_TOKENS, type CountableMessage } from './read-message.ts';

/**
 * Characters counted exactly in one call, the newest texts first: a million tokens of English, as
 * many as any model on Poe takes. The rest is estimated: its digests alone would hold the loop.
 */
const EXACT_LENGTH = 4 * 1024 * 1024;

const BYTES_PER_TOKEN = 4;

interface Missing {
  readonly index: number;
  readonly key: Buffer;
  readonly text: string;
}

/**
 * Counts o200k_base tokens, which is what OpenAI's models count in and a fair estimate for others.
 * The answer is there at once if all texts were counted lately, else a promise that never rejects.
 *
 * Exact for texts, estimated for images, sound and files. A text that cannot be counted (too much
 * at once, too much waiting, the thread died) counts as its upper bound, its bytes: dearer than it
 * is, never cheaper.
 */
@Injectable()
export class TokenCounter implements OnApplicationShutdown {
  private readonly cache = new CountCache();

  constructor(private readonly thread: CountingThread) {}

  /** The tokens of each message, whatever its form. */
  countMessages(messages: readonly unknown[]): number[] | Promise<number[]> {
    const read = messages.map(readMessage);
    const counts = this.countTexts(read.flatMap(({ texts }) => texts));
    return Array.isArray(counts)
      ? addUp(read, counts)
      : counts.then((counted) => addUp(read, counted));
  }

  /** The tokens of each text. */
  countTexts(texts: readonly string[]): number[] | Promise<number[]> {
    const counts = texts.map(() => 0);
    const missing: Missing[] = [];
    let length = 0;
    for (let index = texts.length - 1; index >= 0; index--) {
      const text = texts[index] ?? '';
      if (length + text.length > EXACT_LENGTH) {
        counts[index] = Buffer.byteLength(text);
        continue;
      }
      length += text.length;
      const key = this.cache.keyOf(text);
      const count = this.cache.get(key);
      if (count === undefined) missing.push({ index, key, text });
      counts[index] = count ?? Buffer.byteLength(text);
    }
    return missing.length === 0 ? counts : this.countMissing(missing, counts);
  }

  /**
   * The tokens of a request's other members that are billed, such as `tools`, by their JSON. What
   * is too long to be counted is not even written a second time.
   */
  countOthers(others: readonly unknown[]): number | Promise<number> {
    const countable = others.filter((other) => billedBytes(other) <= EXACT_LENGTH);
    const bytes = sum(others.map(billedBytes)) - sum(countable.map(billedBytes));
    const counts = this.countTexts(countable.map(readBilled));
    return Array.isArray(counts)
      ? bytes + sum(counts)
      : counts.then((counted) => bytes + sum(counted));
  }

  /**
   * Never less than `countMessages` and `countOthers` together with the 3 tokens that start the
   * reply. Costs a look at each character (1 ms a megabyte at most), so ask this first: where it
   * is under the limit, nothing needs to be counted.
   */
  upperBound(messages: readonly unknown[], others: readonly unknown[] = []): number {
    let bound = REPLY_PRIMING_TOKENS + sum(others.map(billedBytes));
    for (const { texts, fixedTokens } of messages.map(readMessage)) {
      bound += fixedTokens;
      // A token is at least one byte.
      for (const text of texts) bound += Buffer.byteLength(text);
    }
    return bound;
  }

  /** A guess that costs as little as the bound: English text has about four bytes a token. */
  guess(messages: readonly unknown[], others: readonly unknown[] = []): number {
    let bytes = sum(others.map(billedBytes));
    let fixed = REPLY_PRIMING_TOKENS;
    for (const { texts, fixedTokens } of messages.map(readMessage)) {
      fixed += fixedTokens;
      for (const text of texts) bytes += Buffer.byteLength(text);
    }
    return fixed + Math.ceil(bytes / BYTES_PER_TOKEN);
  }

  /** After the drain: until then requests are served. */
  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }

  /** @param counts the upper bounds of the missing ones stand there, exact counts replace them */
  private async countMissing(missing: readonly Missing[], counts: number[]): Promise<number[]> {
    const exact = await this.thread.count(
      missing.map(({ text }) => text),
      sum(missing.map(({ index }) => counts[index] ?? 0)),
    );
    for (const [nth, { index, key }] of missing.entries()) {
      const count = exact?.[nth];
      if (count === undefined) continue;
      this.cache.set(key, count);
      counts[index] = count;
    }
    return counts;
  }
}

function addUp(messages: readonly CountableMessage[], counts: readonly number[]): number[] {
  let at = 0;
  return messages.map(({ texts, fixedTokens }) => {
    const end = at + texts.length;
    let total = fixedTokens;
    while (at < end) total += counts[at++] ?? 0;
    return total;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
