import fc from 'fast-check';
import { expect } from 'vitest';
import { SseParser } from '../../../src/chat/upstream/sse-parser.ts';
import type { FuzzTarget } from '../target.ts';

const LONGEST = 20;
const WORDS = ['data', 'data:', 'data: x', ': x', 'event: x', '\n', '\r', '\r\n', 'xxxxxxxxxx'];

/** Many lines without an empty one between them are what fills the memory. */
const word = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('data\n', 'data:\r') },
  { weight: 1, arbitrary: fc.constantFrom(...WORDS) },
);

/** What waits for its end is bounded: neither is more kept than that, nor less refused. */
export const pendingTarget: FuzzTarget = {
  name: 'pending',
  property: () =>
    fc.property(fc.array(word, { maxLength: 200 }), (pieces) => {
      const waiting = new Waiting();
      const parser = new SseParser((_, data) => {
        expect(data.length).toBeLessThanOrEqual(LONGEST);
      }, LONGEST);
      let isRefused = false;
      for (const piece of pieces) {
        waiting.add(piece);
        try {
          parser.push(Buffer.from(piece));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          isRefused = true;
          break;
        }
        expect(waiting.least, 'kept too much').toBeLessThanOrEqual(LONGEST);
      }
      if (isRefused) expect(waiting.most, 'refused too little').toBeGreaterThan(LONGEST);
    }),
};

/** What an event has come to, counted from the text itself. */
class Waiting {
  #text = '';
  #least = 0;
  #most = 0;

  add(piece: string): void {
    this.#text += piece;
    const event =
      this.#text
        .replace(/\r\n?/g, '\n')
        .split(/\n{2,}/)
        .at(-1) ?? '';
    const lines = event.split('\n');
    const line = lines.pop() ?? '';
    const data = lines.filter((text) => text === 'data' || text.startsWith('data:'));
    const values = data.map((text) => text.slice(5).replace(/^ /, ''));
    this.#least = values.join('\n').length + line.length;
    this.#most = Math.max(this.#most, event.length);
  }

  /** Without what need not be kept. */
  get least(): number {
    return this.#least;
  }

  get most(): number {
    return this.#most;
  }
}
