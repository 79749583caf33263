import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceedsLimits, MOST_MESSAGES, MOST_PARTS } from './message-limits.ts';

const message = { role: 'user', content: 'hello' };
const withParts = (count: number) => ({ role: 'user', content: Array(count).fill({}) });

describe('exceedsLimits', () => {
  it.each([
    ['no message', []],
    ['the most messages', Array(MOST_MESSAGES).fill(message)],
    ['the most parts in one message', [withParts(MOST_PARTS)]],
    ['the most parts in all', [withParts(MOST_PARTS - 1), withParts(1), message]],
    ['a long text', [{ content: 'x'.repeat(MOST_PARTS + 1) }]],
  ])('lets %s pass', (_, messages) => {
    expect(exceedsLimits(messages)).toBeUndefined();
  });

  it('refuses one message more', () => {
    expect(exceedsLimits(Array(MOST_MESSAGES + 1).fill(message))).toBe(
      'messages has 4097 entries; at most 4096 are taken',
    );
  });

  it('refuses one part more, in whichever message', () => {
    expect(exceedsLimits([withParts(1), message, withParts(MOST_PARTS)])).toBe(
      'messages have 16385 content parts together; at most 16384 are taken',
    );
  });

  it('takes any JSON without failing', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (messages) => {
        expect(exceedsLimits(messages)).toBeUndefined();
      }),
    );
  });
});
