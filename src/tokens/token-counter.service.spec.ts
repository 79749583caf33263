import { setTimeout as delay } from 'node:timers/promises';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi, type MockInstance } from 'vitest';
import { CountingThread } from './counting-thread.ts';
import { TokenCounter } from './token-counter.service.ts';
import { TokensModule } from './tokens.module.ts';

const MEGABYTE = 1024 * 1024;
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe('TokenCounter', () => {
  let module: TestingModule;
  let counter: TokenCounter;
  let sent: MockInstance<CountingThread['count']>;

  beforeAll(async () => {
    module = await Test.createTestingModule({ imports: [TokensModule] }).compile();
    counter = module.get(TokenCounter);
    sent = vi.spyOn(module.get(CountingThread), 'count');
  });

  afterAll(async () => {
    await module.close();
  });

  it('counts each message with its overhead', async () => {
    const messages = [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', name: 'ann', content: [{ type: 'text', text: 'hello world' }] },
      null,
    ];
    // 3 for the frame and 1 for the role; a name costs 1 more, and its own token.
    expect(await counter.countMessages(messages)).toEqual([4 + 6, 4 + 2 + 2, 4]);
  });

  it('counts the example of the OpenAI cookbook as the API does', async () => {
    const counts = await counter.countMessages([
      {
        role: 'system',
        content:
          'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
      },
      {
        role: 'system',
        name: 'example_user',
        content: 'New synergies will help drive top-line growth.',
      },
      {
        role: 'system',
        name: 'example_assistant',
        content: 'Things working well together will increase revenue.',
      },
      {
        role: 'system',
        name: 'example_user',
        content:
          "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      },
      {
        role: 'system',
        name: 'example_assistant',
        content: "Let's talk later when we're less busy about how to do better.",
      },
      {
        role: 'user',
        content:
          "This late pivot means we don't have time to boil the ocean for the client deliverable.",
      },
    ]);
    // 124 is what gpt-4o answers as prompt_tokens, with 3 for the start of the reply.
    expect(total(counts) + 3).toBe(124);
  });

  it('counts other members as their JSON', async () => {
    const texts = ['[{"type":"function"}]', '{"type":"json_object"}', 'auto'];
    expect(
      await counter.countOthers([[{ type: 'function' }], { type: 'json_object' }, 'auto', null, 5]),
    ).toBe(total(await counter.countTexts(texts)));
    expect(await counter.countOthers([])).toBe(0);
  });

  it('writes what is too long to be counted once, to know its bytes', async () => {
    const giant = [{ description: 'x'.repeat(5 * MEGABYTE) }];
    const write = vi.spyOn(JSON, 'stringify');
    const bound = counter.upperBound([], [giant]);
    expect(await counter.countOthers([giant, 'auto'])).toBe(bound - 3 + 1);
    expect(counter.guess([], [giant])).toBe(3 + Math.ceil((bound - 3) / 4));
    expect(write).toHaveBeenCalledOnce();
    write.mockRestore();
  });

  it('answers at once, without the thread, what it counted before', async () => {
    const conversation = ['first', 'second', 'first'].map((content) => ({ role: 'user', content }));
    const counts = await counter.countMessages(conversation);
    sent.mockClear();
    expect(counter.countMessages(structuredClone(conversation))).toEqual(counts);
    expect(counter.countTexts(['second'])).toEqual([1]);
    expect(sent).not.toHaveBeenCalled();

    await counter.countMessages([...conversation, { role: 'user', content: 'third' }]);
    expect(sent.mock.calls).toEqual([[['third'], 5]]);
  });

  it('serves others while it counts a giant text', async () => {
    const order: string[] = [];
    const giant = Promise.resolve(counter.countTexts(['ab'.repeat(MEGABYTE)])).then(() =>
      order.push('giant'),
    );
    await delay(1);
    order.push('timer');
    await counter.countTexts(['a small text']);
    order.push('small');
    await giant;
    expect(order).toEqual(['timer', 'small', 'giant']);
  });

  it('never counts more than its upper bound', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    const message = fc.oneof(
      fc.anything(),
      fc.record({ name: text, content: text, reasoning_content: text }, { requiredKeys: [] }),
      fc.record({
        content: fc.array(fc.record({ text, image_url: fc.object(), file: fc.object() })),
        tool_calls: fc.array(fc.record({ function: fc.record({ name: text, arguments: text }) })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message), fc.array(fc.anything()), async (messages, others) => {
        const counts = await counter.countMessages(messages);
        expect(counts).toHaveLength(messages.length);
        expect(counter.upperBound(messages, others)).toBeGreaterThanOrEqual(
          total(counts) + (await counter.countOthers(others)) + 3,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('guesses by bytes, but counts images whole', () => {
    const text = { role: 'user', content: 'x'.repeat(400) };
    const image = { role: 'user', content: [{ type: 'image_url', image_url: {} }] };
    expect(counter.guess([text])).toBe(100 + 4 + 3);
    expect(counter.guess([text, image]) - counter.guess([text])).toBe(1105 + 4);
    expect(counter.guess([], [['x'.repeat(396)]])).toBe(100 + 3);
  });

  it('bounds text by its bytes', () => {
    expect(counter.upperBound([{ content: 'aé中😀' }], [[1]])).toBe(3 + 4 + 10 + 3);
  });

  describe('what it cannot count', () => {
    const refusing = { count: vi.fn(() => Promise.resolve(undefined)) };
    const estimating = new TokenCounter(refusing as unknown as CountingThread);

    it('counts as its bytes when the thread refuses, and asks again next time', async () => {
      expect(await estimating.countMessages([{ content: 'hello 中' }])).toEqual([4 + 9]);
      expect(await estimating.countMessages([{ content: 'hello 中' }])).toEqual([4 + 9]);
      expect(refusing.count).toHaveBeenCalledTimes(2);
    });

    it('counts as its bytes before the newest four megabytes', async () => {
      const texts = [
        'a text not met yet',
        'b'.repeat(3 * MEGABYTE),
        'a'.repeat(2 * MEGABYTE),
        'last',
      ];
      sent.mockResolvedValueOnce([11, 12, 13]);
      expect(await counter.countMessages(texts.map((content) => ({ content })))).toEqual([
        4 + 13,
        4 + 3 * MEGABYTE,
        4 + 12,
        4 + 11,
      ]);
      expect(sent.mock.lastCall?.[0]).toEqual(['last', texts[2], 'a text not met yet']);
    });
  });
});

it('ends its thread with the module', async () => {
  const module = await Test.createTestingModule({ imports: [TokensModule] }).compile();
  const close = vi.spyOn(module.get(CountingThread), 'close');
  await module.close();
  expect(close).toHaveBeenCalledOnce();
});
