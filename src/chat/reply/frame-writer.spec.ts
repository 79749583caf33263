import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../errors/catalogue.ts';
import { ChatChunk } from '../chat-chunk.ts';
import { createHead, DONE, FrameWriter, PING } from './frame-writer.ts';
import type { PoeProxyFacts } from './poe-proxy-facts.ts';

const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'a "model"' };
const frame = { ...head, object: 'chat.completion.chunk' };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const poeProxy: PoeProxyFacts = {
  points: 5,
  points_source: 'history',
  balance: null,
  clipped_messages: 0,
  attempts: 1,
  model: 'GPT',
  repairs: [],
};
const end = ChatChunk.of({}, { finishReason: 'stop', usage, poeProxy });

/** The objects in frames that are written as they must be. */
function parse(text: string): unknown[] {
  expect(text).toMatch(/^(?:data: [^\r\n]*\n\n)*$/);
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line.slice('data: '.length)) as unknown);
}

function write(...chunks: ChatChunk[]): unknown[] {
  const writer = new FrameWriter(head, false);
  return parse(chunks.map((chunk) => writer.chunk(chunk)).join(''));
}

const choice = (delta: object, rest: object = {}) => ({
  index: 0,
  delta,
  finish_reason: null,
  ...rest,
});

describe('FrameWriter', () => {
  it('writes one frame a chunk, with the role in the first', () => {
    const chunks = [
      ChatChunk.of({ content: 'a\r\n\u2028' }),
      ChatChunk.of({ reasoning_content: 'hm' }),
    ];
    expect(write(...chunks)).toEqual([
      { ...frame, choices: [choice({ role: 'assistant', content: 'a\r\n\u2028' })] },
      { ...frame, choices: [choice({ reasoning_content: 'hm' })] },
    ]);
  });

  it('writes content that was never parsed like any other', () => {
    const unparsed = ['"a"', '"é\\n"', '""'].map((json) => ChatChunk.ofContentJson(json));
    const parsed = ['a', 'é\n', ''].map((content) => ChatChunk.of({ content }));
    expect(write(...unparsed)).toEqual(write(...parsed));
  });

  it('does not say the role twice', () => {
    const role = ChatChunk.of({ role: 'assistant', content: '' });
    const texts = write(role, ChatChunk.ofContentJson('"a"'), ChatChunk.of({ content: 'b' }));
    expect(JSON.stringify(texts).match(/assistant/g)).toHaveLength(1);
  });

  it('writes logprobs where there are some', () => {
    const logprobs = { content: [{ token: 'a' }] };
    expect(write(ChatChunk.of({ content: 'a' }, { logprobs }))).toEqual([
      { ...frame, choices: [choice({ role: 'assistant', content: 'a' }, { logprobs })] },
    ]);
  });

  it('writes the facts with the finish reason', () => {
    expect(write(ChatChunk.of({ content: 'a' }), end)[1]).toEqual({
      ...frame,
      choices: [choice({}, { finish_reason: 'stop' })],
      poe_proxy: poeProxy,
    });
  });

  it('writes usage in a frame of its own, at the end and if it was asked for', () => {
    const writer = new FrameWriter(head, true);
    expect(parse(writer.chunk(ChatChunk.of({ content: 'a' }, { usage })))).toHaveLength(1);
    expect(parse(writer.chunk(ChatChunk.of({}, { finishReason: 'stop' })))).toHaveLength(1);
    expect(parse(writer.chunk(end)).slice(1)).toEqual([{ ...frame, choices: [], usage }]);
    expect(parse(new FrameWriter(head, false).chunk(end))).toHaveLength(1);
  });

  it('writes empty chunks that take the role from nobody', () => {
    const writer = new FrameWriter(head, false);
    expect(parse(writer.emptyChunk())).toEqual([{ ...frame, choices: [choice({})] }]);
    expect(writer.chunk(ChatChunk.ofContentJson('"a"'))).toContain('"role":"assistant"');
  });

  it('writes errors in OpenAI’s envelope', () => {
    const error = catalogue.upstreamCutOff('Poe\nbroke off.');
    expect(parse(new FrameWriter(head, false).error(error))).toEqual([
      {
        error: {
          message: 'Poe\nbroke off.',
          type: 'server_error',
          param: null,
          code: 'upstream_cut_off',
        },
      },
    ]);
  });

  it('has an end and a sign of life as clients know them', () => {
    expect(DONE).toBe('data: [DONE]\n\n');
    expect(PING).toMatch(/^:.*\n\n$/);
  });
});

describe('createHead', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has a new id each time, whole seconds and the client’s name of the model', () => {
    vi.useFakeTimers({ now: 1_700_000_000_999 });
    const first = createHead({ modelName: 'gpt' });
    expect(first).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f-]{36}$/) as string,
      created: 1_700_000_000,
      model: 'gpt',
    });
    expect(createHead({ modelName: 'gpt' }).id).not.toBe(first.id);
  });
});
