import { describe, expect, it } from 'vitest';
import { readDelta, readFinishReason, readUsage } from './read-delta.ts';

const call = { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } };

describe('readDelta', () => {
  it.each<[string, unknown, object]>([
    ['content', { content: 'a' }, { content: 'a' }],
    [
      'the role of an assistant',
      { role: 'assistant', content: '' },
      { role: 'assistant', content: '' },
    ],
    ['no other role', { role: 'model', content: 'a' }, { content: 'a' }],
    ['no nulls', { content: null, tool_calls: null, function_call: null }, {}],
    [
      'no internals',
      { provider_specific_fields: { a: 1 }, audio: {}, content: 'a' },
      { content: 'a' },
    ],
    [
      'no call of the kind before tool calls',
      { function_call: { name: 'add', arguments: '' }, content: '' },
      { content: '' },
    ],
    ['thoughts', { reasoning_content: 'hm' }, { reasoning_content: 'hm' }],
    ['thoughts under the old name', { reasoning: 'hm' }, { reasoning_content: 'hm' }],
    ['thoughts once', { reasoning: 'hm', reasoning_content: 'hmm' }, { reasoning_content: 'hmm' }],
    ['no thoughts that are no text', { reasoning: { effort: 'high' } }, {}],
    [
      'members that it does not know',
      { refusal: 'no', annotations: [] },
      { refusal: 'no', annotations: [] },
    ],
    [
      'tool calls',
      { tool_calls: [{ index: 3, ...call }] },
      { tool_calls: [{ index: 3, ...call }] },
    ],
    [
      'tool calls without an index',
      { tool_calls: [call, call] },
      {
        tool_calls: [
          { index: 0, ...call },
          { index: 1, ...call },
        ],
      },
    ],
    [
      'tool calls with an index that is none',
      { tool_calls: [{ ...call, index: '7' }] },
      { tool_calls: [{ index: 0, ...call }] },
    ],
    ['a tool call of null', { tool_calls: [null] }, { tool_calls: [{ index: 0 }] }],
    ['no empty list of tool calls', { content: 'a', tool_calls: [] }, { content: 'a' }],
    ['no tool calls that are no list', { tool_calls: {} }, {}],
    ['nothing of nothing', undefined, {}],
    ['nothing of null', null, {}],
  ])('has %s', (_, source, delta) => {
    expect(readDelta(source)).toStrictEqual(delta);
  });

  it('leaves the source as it is', () => {
    const source = { role: 'assistant', reasoning: 'hm', tool_calls: [call] };
    readDelta(source);
    expect(source).toEqual({ role: 'assistant', reasoning: 'hm', tool_calls: [call] });
  });
});

describe('readFinishReason', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['content_filter', 'content_filter'],
    ['function_call', 'function_call'],
    ['end_turn', 'stop'],
    ['tool_use', 'tool_calls'],
    ['MAX_TOKENS', 'length'],
    ['LENGTH', 'length'],
    ['SAFETY', 'content_filter'],
    ['eos', 'stop'],
    ['constructor', 'stop'],
    ['', null],
    [null, null],
    [undefined, null],
    [7, null],
  ])('reads %j as %j', (word, reason) => {
    expect(readFinishReason(word)).toBe(reason);
  });
});

describe('readUsage', () => {
  it('keeps all that is not null', () => {
    const source = {
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 7,
      speed: null,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: null },
    };
    expect(readUsage(source)).toStrictEqual({
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 0 },
    });
  });

  it('adds up a total that is missing', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: null };
    expect(readUsage(usage)?.total_tokens).toBe(3);
  });

  it.each([
    undefined,
    null,
    5,
    {},
    { prompt_tokens: 1 },
    { completion_tokens: 1, prompt_tokens: '1' },
    { prompt_tokens: 1, completion_tokens: null },
  ])('finds no counts in %j', (source) => {
    expect(readUsage(source)).toBeUndefined();
  });
});
