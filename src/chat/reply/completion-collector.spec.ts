import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../any-character.fixture.ts';
import { ChatChunk, type Delta, type ToolCallDelta } from '../chat-chunk.ts';
import { CompletionCollector } from './completion-collector.ts';
import type { PoeProxyFacts } from './poe-proxy-facts.ts';

const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt' };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

function collect(...chunks: ChatChunk[]): Record<string, unknown> {
  const collector = new CompletionCollector();
  for (const chunk of chunks) collector.add(chunk);
  return collector.toCompletion(head);
}

function messageOf(...deltas: Delta[]): unknown {
  const { choices } = collect(...deltas.map((delta) => ChatChunk.of(delta)));
  return (choices as [{ message: unknown }])[0].message;
}

const plain = { role: 'assistant', content: null, refusal: null };

describe('CompletionCollector', () => {
  it('makes an answer in OpenAI’s shape', () => {
    const poeProxy = { points: 5 } as PoeProxyFacts;
    const logprobs = { content: [] };
    const chunks = [
      ChatChunk.of({ role: 'assistant', content: 'a' }, { logprobs }),
      ChatChunk.ofContentJson('"b"'),
      ChatChunk.of({}, { finishReason: 'length', usage, poeProxy }),
    ];
    expect(collect(...chunks)).toStrictEqual({
      ...head,
      object: 'chat.completion',
      choices: [
        { index: 0, message: { ...plain, content: 'ab' }, logprobs, finish_reason: 'length' },
      ],
      usage,
      poe_proxy: poeProxy,
    });
  });

  it('makes an answer of nothing', () => {
    expect(collect()).toStrictEqual({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message: plain, logprobs: null, finish_reason: 'stop' }],
    });
  });

  it('believes the last reason and the last usage', () => {
    const completion = collect(
      ChatChunk.of({}, { finishReason: 'length', usage: { ...usage, total_tokens: 9 } }),
      ChatChunk.of({}, { finishReason: 'content_filter', usage }),
      ChatChunk.of({}),
    );
    expect(completion).toMatchObject({ choices: [{ finish_reason: 'content_filter' }], usage });
  });

  it.each<[string, Delta[], object]>([
    ['an empty text', [{ content: '' }], { content: '' }],
    [
      'thoughts',
      [{ reasoning_content: 'h' }, { reasoning_content: 'm' }],
      { reasoning_content: 'hm' },
    ],
    ['a refusal', [{ refusal: 'n' }, { refusal: 'o' }], { refusal: 'no' }],
    [
      'the last of other members',
      [{ annotations: [1] }, { annotations: [2] }],
      { annotations: [2] },
    ],
    ['no list of no calls', [{ tool_calls: [] }], {}],
  ])('collects %s', (_, deltas, members) => {
    expect(messageOf(...deltas)).toStrictEqual({ ...plain, ...members });
  });

  it('ignores content that is no text', () => {
    expect(messageOf({ content: ['x'] as unknown as string }, { content: 'a' })).toEqual({
      ...plain,
      content: 'a',
    });
  });

  it('keeps what a call has besides, and leaves the index out', () => {
    const extra = { extra_content: { google: { thought_signature: 'x' } } };
    const call = { index: 0, id: 'a', function: { name: 'add', arguments: '{}' }, ...extra };
    expect(messageOf({ tool_calls: [call] })).toStrictEqual({
      ...plain,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'add', arguments: '{}' }, ...extra },
      ],
    });
  });

  it('makes whole a call of which little came', () => {
    expect(messageOf({ tool_calls: [{ index: 0 }] })).toStrictEqual({
      ...plain,
      tool_calls: [{ type: 'function', function: { name: '', arguments: '' } }],
    });
  });

  it.each([
    [7, 3],
    [1e9, 0],
    [-1, -2],
  ])('orders calls with the indexes %i and %i', (late, early) => {
    const call = (index: number) => ({ index, id: String(index), function: { name: 'add' } });
    expect(messageOf({ tool_calls: [call(late)] }, { tool_calls: [call(early)] })).toMatchObject({
      tool_calls: [{ id: String(early) }, { id: String(late) }],
    });
  });

  it('collects the same message however it was cut', () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 12 });
    const calls = fc.array(
      fc.record({ id: fc.uuid(), name: fc.string({ minLength: 1 }), args: text }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(text, text, calls, fc.array(fc.nat(3)), (content, thoughts, called, cuts) => {
        const message = messageOf(...cutUp(content, thoughts, called, cuts));
        expect(message).toStrictEqual({
          ...plain,
          content,
          reasoning_content: thoughts,
          ...(called.length > 0 && {
            tool_calls: called.map(({ id, name, args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }),
        });
      }),
    );
  });
});

interface Called {
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

/** The deltas of a message, its texts in pieces of 0 to 3 units, its calls all mixed. */
function cutUp(
  content: string,
  thoughts: string,
  called: readonly Called[],
  cuts: readonly number[],
): Delta[] {
  let turn = 0;
  const pieces = (text: string) => {
    const parts: string[] = [];
    for (let at = 0; at < text.length;) {
      const length = cuts.length === 0 ? text.length : (cuts[turn++ % cuts.length] ?? 0);
      parts.push(text.slice(at, at + length));
      at += length;
      if (turn > 500) return [...parts, text.slice(at)];
    }
    return parts.length === 0 ? [''] : parts;
  };
  const begins = called.map(({ id, name }, index): ToolCallDelta => ({
    index,
    id,
    function: { name },
  }));
  const argumentsOf = called.map(({ args }, index) =>
    pieces(args).map((part): ToolCallDelta => ({ index, function: { arguments: part } })),
  );
  const longest = Math.max(0, ...argumentsOf.map((parts) => parts.length));
  const rounds = Array.from({ length: longest }, (_, at) =>
    argumentsOf.flatMap((parts) => parts[at] ?? []),
  );
  return [
    ...pieces(thoughts).map((part) => ({ reasoning_content: part })),
    { tool_calls: begins },
    ...rounds.map((round) => ({ tool_calls: round })),
    ...pieces(content).map((part) => ({ content: part })),
  ];
}
