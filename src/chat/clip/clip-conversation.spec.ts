import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { ApiError } from '../../errors/api-error.ts';
import type { ChatMessage } from '../request/chat-request.ts';
import { clipConversation, type Counter } from './clip-conversation.ts';
import { clipMessages } from './clip-messages.ts';
import { GAP } from './shorten-text.ts';

const FRAME = 4;
const PRIMING = 3;

const textsOf = ({ content }: ChatMessage): string[] =>
  typeof content === 'string'
    ? [content]
    : (content ?? []).map((part) => (typeof part.text === 'string' ? part.text : ''));

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Tokens of a text: one a character. */
type Density = (text: string) => number;
const oneEach: Density = (text) => text.length;

function counting(density: Density = oneEach): Counter {
  const countMessages = (messages: readonly unknown[]) =>
    (messages as ChatMessage[]).map((message) => FRAME + total(textsOf(message).map(density)));
  const countTexts = (texts: readonly string[]) => texts.map(density);
  const countOthers = (others: readonly unknown[]) =>
    total(others.map((other) => JSON.stringify(other).length));
  return {
    upperBound: (messages, others) =>
      PRIMING + total(countMessages(messages)) + countOthers(others),
    countMessages,
    countTexts,
    countOthers,
  };
}

const say = (
  role: ChatMessage['role'],
  content: NonNullable<ChatMessage['content']> | null,
): ChatMessage => ({
  role,
  content,
});
const x = (length: number) => 'x'.repeat(length);

function clip(
  messages: readonly ChatMessage[],
  cap: number,
  others: readonly unknown[] = [],
  counter = counting(),
) {
  return clipConversation(messages, others, cap, counter);
}

function sizeOf(messages: readonly ChatMessage[], others: readonly unknown[] = []): number {
  return counting().upperBound(messages, others);
}

describe('clipConversation', () => {
  const talk = [
    say('system', x(6)),
    say('user', x(16)),
    say('assistant', x(16)),
    say('user', x(6)),
  ];

  it('leaves alone what fits', async () => {
    expect(await clip(talk, sizeOf(talk))).toEqual({ messages: talk, dropped: 0 });
    expect((await clip(talk, Infinity)).messages).toBe(talk);
  });

  it('counts nothing that fits even at its largest', async () => {
    const counter = { ...counting(), countMessages: vi.fn(), countOthers: vi.fn() };
    const bound = counter.upperBound(talk, [{}]);
    expect((await clip(talk, bound, [{}], counter)).messages).toBe(talk);
    expect(counter.countMessages).not.toHaveBeenCalled();
    expect(counter.countOthers).not.toHaveBeenCalled();
  });

  it('counts exactly before it clips', async () => {
    const counter = { ...counting(), upperBound: () => 1000 };
    expect((await clip(talk, sizeOf(talk), [], counter)).messages).toBe(talk);
    expect((await clip(talk, sizeOf(talk) - 1, [], counter)).dropped).toBe(2);
  });

  it('drops old turns and says how many messages went', async () => {
    const clipped = await clip(talk, sizeOf(talk) - 1);
    expect(clipped).toEqual({ messages: [talk[0], talk[3]], dropped: 2 });
    expect(clipped.messages[0]).toBe(talk[0]);
  });

  it('makes room for the tools', async () => {
    const tools = [[{ name: 'add' }], { type: 'json_object' }];
    expect((await clip(talk, sizeOf(talk, tools), tools)).dropped).toBe(0);
    expect((await clip(talk, sizeOf(talk, tools) - 1, tools)).dropped).toBe(2);
  });

  it('shortens the last message in its middle when nothing can go', async () => {
    const messages = [say('system', x(50)), say('user', `begin${x(1000)}end`)];
    const {
      messages: [system, user],
      dropped,
    } = await clip(messages, 500);
    expect(dropped).toBe(0);
    expect(system).toBe(messages[0]);
    expect(user?.content).toMatch(/^beginx+\n\n\[… shortened .*\]\n\nx+end$/);
  });

  it('leaves no more room unused than the gap and a margin take', async () => {
    const { messages } = await clip([say('user', x(10_000))], 5000);
    expect(sizeOf(messages)).toBeLessThanOrEqual(5000);
    expect(sizeOf(messages)).toBeGreaterThan(4900);
  });

  it.each([
    [300, 500],
    [500, 300],
  ])('shortens the larger of others with %i and %i when the last is short', async (...sizes) => {
    const messages = [...sizes.map((size) => say('system', x(size))), say('user', x(20))];
    const { messages: clipped } = await clip(messages, 600);
    const gaps = clipped.map((message) => textsOf(message).join('').includes(GAP));
    expect(gaps).toEqual([...sizes.map((size) => size === 500), false]);
  });

  it('shortens all when it must, but no text to less than a gap', async () => {
    const messages = [say('system', x(300)), say('developer', x(500)), say('user', x(400))];
    const least = PRIMING + 3 * (FRAME + GAP.length);
    const { messages: clipped } = await clip(messages, least);
    expect(clipped.map(({ content }) => content)).toEqual([GAP, GAP, GAP]);
    await expect(clip(messages, least - 1)).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
      message: expect.stringContaining(' is 1 tokens over ') as string,
    });
  });

  it('shortens several texts of one message, the longest first', async () => {
    const part = (text: string) => ({ type: 'text', text });
    const image = { type: 'image_url', image_url: { url: 'x' } };
    const messages = [say('user', [part(x(90)), image, part(x(400)), part(x(10))])];
    const once = (await clip(messages, 300)).messages[0]?.content;
    expect(once).toMatchObject([
      part(x(90)),
      image,
      { text: expect.stringContaining(GAP) as string },
      part(x(10)),
    ]);
    const twice = (await clip(messages, 3 + 4 + 2 * GAP.length + 10)).messages[0]?.content;
    expect(twice).toEqual([part(GAP), image, part(GAP), part(x(10))]);
  });

  it('leaves the messages that it was given as they are', async () => {
    const messages = [say('user', [{ type: 'text', text: x(500) }])];
    await clip(messages, 200);
    expect(messages).toEqual([say('user', [{ type: 'text', text: x(500) }])]);
  });

  it.each([
    ['a message without text', say('assistant', null)],
    ['an empty text', say('user', '')],
    ['no parts', say('user', [])],
    ['an image', say('user', [{ type: 'image_url', image_url: {} }])],
    ['a text of a kind that it does not know', say('user', [{ type: 'refusal', text: x(500) }])],
    ['a text too short to gain by it', say('user', x(GAP.length))],
  ])('cannot shorten %s', async (_, message) => {
    const system = say('system', x(10));
    await expect(clip([system, message], sizeOf([system, message]) - 1)).rejects.toThrow(
      '1 tokens',
    );
  });

  it.each([94, 1000])('does not shorten what has 94 and would have %i', async (size) => {
    const messages = [say('developer', x(90)), say('system', x(80)), say('user', x(60))];
    const counter: Counter = {
      ...counting(),
      countMessages: async (asked) => {
        const [original] = messages;
        const counts = await counting().countMessages(asked);
        return (asked as ChatMessage[]).map((message, index) =>
          message.role === 'developer' && message !== original ? size : (counts[index] ?? 0),
        );
      },
    };
    const least = PRIMING + 94 + 2 * (FRAME + GAP.length);
    const { messages: clipped } = await clip(messages, least, [], counter);
    expect(clipped[0]).toBe(messages[0]);
    expect(clipped.slice(1).map(({ content }) => content)).toEqual([GAP, GAP]);
    await expect(clip(messages, least - 1, [], counter)).rejects.toThrow(ApiError);
  });

  it('stops counting when there is nobody to count for', async () => {
    const parts = Array.from({ length: 50 }, (_, nth) => ({
      type: 'text',
      text: `${nth}${x(300)}`,
    }));
    let counts = 0;
    const counter = counting();
    const countTexts = (texts: readonly string[]) => {
      counts += 1;
      return counter.countTexts(texts);
    };
    const clipping = clipConversation(
      [say('user', parts)],
      [],
      50 * GAP.length + 100,
      { ...counter, countTexts },
      () => counts === 3,
    );
    await expect(clipping).rejects.toThrow('the client has left');
    expect(counts).toBe(3);
  });

  it.each([
    ['a sparse middle', (n: number) => x(n) + ' '.repeat(20 * n) + x(n), 0.99],
    ['a dense middle', (n: number) => ' '.repeat(5 * n) + x(n) + ' '.repeat(5 * n), 0.5],
    ['a dense end', (n: number) => ' '.repeat(10 * n) + x(n), 0.3],
  ])('cuts a text with %s in few steps', async (_, textOf, share) => {
    const text = textOf(50_000);
    const inkOnly: Density = (value) => Math.ceil(value.replaceAll(' ', '').length);
    const counter = counting(inkOnly);
    const countTexts = vi.fn((asked: readonly string[]) => counter.countTexts(asked));
    const cap = Math.floor(share * inkOnly(text));
    const { messages } = await clip([say('user', text)], cap, [], {
      ...counter,
      countTexts,
    });
    expect(counter.upperBound(messages, [])).toBeLessThanOrEqual(cap);
    expect(messages[0]?.content).not.toBe(GAP);
    expect(countTexts.mock.calls.length).toBeLessThanOrEqual(16);
  });
});

describe('clipConversation, for any conversation', () => {
  const text = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 20 }), fc.nat(300).map(x));
  const parts = fc.array(
    fc.oneof(
      text.map((value) => ({ type: 'text', text: value })),
      fc.constant({ type: 'image_url', image_url: {} }),
    ),
    { maxLength: 3 },
  );
  const said = fc
    .tuple(fc.constantFrom('system', 'developer', 'user', 'assistant'), fc.oneof(text, parts))
    .map(([role, content]): ChatMessage[] => [say(role, content)]);
  const called = fc.tuple(fc.constantFrom('x', 'y'), text).map(([id, content]): ChatMessage[] => [
    { role: 'assistant', content: null, tool_calls: [{ id }] },
    { role: 'tool', content, tool_call_id: id },
  ]);
  const conversation = fc
    .array(fc.oneof({ weight: 3, arbitrary: said }, { weight: 1, arbitrary: called }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((lists) => lists.flat());
  const others = fc.array(fc.constant({ name: 'add' }), { maxLength: 2 });

  /** The tokens without which a message cannot be. */
  const leastOf = (message: ChatMessage) =>
    FRAME +
    total(
      [...new Set(textsOf(message))].map(
        (t) => Math.min(t.length, GAP.length) * textsOf(message).filter((u) => u === t).length,
      ),
    );

  it('fits, keeps what must stay in its order, and refuses only what cannot fit', async () => {
    await fc.assert(
      fc.asyncProperty(
        conversation,
        fc.integer({ min: 100, max: 900 }),
        others,
        async (messages, cap, given) => {
          const counts = await counting().countMessages(messages);
          const room = cap - PRIMING - total(given.map((other) => JSON.stringify(other).length));
          const kept = clipMessages(messages, counts, room).flatMap(
            (index) => messages[index] ?? [],
          );
          const clipped = await clip(messages, cap, given).catch((error: unknown) => error);
          if (clipped instanceof Error) {
            expect(clipped).toMatchObject({ status: 400, code: 'context_length_exceeded' });
            expect(clipped).toBeInstanceOf(ApiError);
            expect(total(kept.map(leastOf))).toBeGreaterThan(room);
            return;
          }
          const { messages: result, dropped } = clipped as Awaited<ReturnType<typeof clip>>;
          expect(sizeOf(result, given)).toBeLessThanOrEqual(cap);
          expect(dropped).toBe(messages.length - result.length);
          expect(result).toHaveLength(kept.length);
          result.forEach((message, index) => {
            expect(isShortened(message, kept[index])).toBe(true);
          });
          if (sizeOf(messages, given) <= cap) expect(result).toBe(messages);
          expect(await clip(result, cap, given)).toEqual({ messages: result, dropped: 0 });
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The same message, but for pieces that were taken out of its texts. */
function isShortened(message: ChatMessage, original: ChatMessage | undefined): boolean {
  if (!original) return false;
  const texts = textsOf(message);
  const originals = textsOf(original);
  return (
    message.role === original.role &&
    message.tool_call_id === original.tool_call_id &&
    message.tool_calls === original.tool_calls &&
    texts.length === originals.length &&
    texts.every((text, index) => {
      const whole = originals[index] ?? '';
      const [head = '', tail = ''] = text.split(GAP);
      return text === whole || (whole.startsWith(head) && whole.endsWith(tail));
    })
  );
}
