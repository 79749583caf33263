import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../request/chat-request.ts';
import { shortenMessage } from './shorten-message.ts';
import { GAP } from './shorten-text.ts';

const textsOf = ({ content }: ChatMessage) =>
  typeof content === 'string' ? [content] : (content ?? []).map((part) => String(part.text));

/** A counter of characters that adds up how much it was asked to count. */
function counting() {
  const asked = { texts: 0, characters: 0, parts: 0 };
  return {
    asked,
    countTexts: (texts: readonly string[]) => {
      asked.texts += texts.length;
      asked.characters += texts.join('').length;
      return texts.map((text) => text.length);
    },
    countMessages: (messages: readonly unknown[]) =>
      (messages as ChatMessage[]).map((message) => {
        asked.parts += textsOf(message).length;
        return textsOf(message).join('').length;
      }),
  };
}

const partsOf = (count: number, length: number): ChatMessage => ({
  role: 'user',
  content: Array.from({ length: count }, (_, nth) => ({
    type: 'text',
    text: `${nth} `.padEnd(length, 'x'),
  })),
});

describe('shortenMessage', () => {
  it.each([0.01, 0.3, 0.9])(
    'counts in proportion to the parts, to a share of %d',
    async (share) => {
      const workFor = async (count: number) => {
        const counter = counting();
        const message = partsOf(count, 600);
        const most = count * (GAP.length + share * (600 - GAP.length));
        const shorter = await shortenMessage(message, most, counter);
        expect(textsOf(shorter).join('').length).toBeLessThanOrEqual(most);
        return counter.asked;
      };
      const [small, large] = [await workFor(500), await workFor(1000)];
      expect(large.parts).toBe(2 * small.parts);
      expect(large.texts).toBeLessThan(2.1 * small.texts);
      expect(large.characters).toBeLessThan(2.1 * small.characters);
      // Each text when it is sized up, and once more as what is left of it.
      expect(large.texts).toBeLessThan(1000 * 2 + 50);
    },
  );

  it('takes a text that stands in it twice for two', async () => {
    const text = 'x'.repeat(1000);
    const message: ChatMessage = {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'text', text },
      ],
    };
    const [one, other] = textsOf(await shortenMessage(message, 1000, counting()));
    expect(one).toBe(other);
    expect(one?.length).toBeLessThanOrEqual(500);
    expect(one?.length).toBeGreaterThan(400);
  });

  it('leaves a message that fits as it is', async () => {
    const message = partsOf(2, 100);
    expect(await shortenMessage(message, 200, counting())).toBe(message);
    const none: ChatMessage = { role: 'assistant', content: null };
    expect(await shortenMessage(none, 0, counting())).toBe(none);
  });
});
