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
    [
      'no tool call with an index that no call can have',
      { tool_calls: [0.5, -1, Infinity, 4294967294].map((index) => ({ ...call, index })) },
      { tool_calls: [0, 1, 2, 3].map((index) => ({ ...call, index })) },
    ],
    [
      'no members of a tool call that are no text',
      { tool_calls: [{ id: ['call_1'], function: { name: 5, arguments: 0 } }, 'add', [], call] },
      {
        tool_calls: [{ index: 0, function: {} }, { index: 1 }, { index: 2 }, { index: 3, ...call }],
      },
    ],
    [
      'no function that is none',
      { tool_calls: [{ ...call, function: 'add' }] },
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function' }] },
    ],
    [
      'arguments that are not in JSON',
      { tool_calls: [{ function: { name: 'add', arguments: { a: 1 } } }] },
      { tool_calls: [{ index: 0, function: { name: 'add', arguments: '{"a":1}' } }] },
    ],
    ['no texts that are none', { content: [{ text: 'a' }], reasoning_content: 5, refusal: {} }, {}],
    [
      'old thoughts for new ones that are no text',
      { reasoning_content: 5, reasoning: 'hm' },
      { reasoning_content: 'hm' },
    ],
    ['nothing of a text', 'text', {}],
    ['nothing of a list', ['text'], {}],
    ['nothing of a number', 5, {}],
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

  it('adds up a total that is no count', () => {
    const source = { prompt_tokens: 1, completion_tokens: 2, total_tokens: Infinity };
    expect(readUsage(source)?.total_tokens).toBe(3);
  });

  it.each([
    [{ reasoning_tokens: 5, audio_tokens: null }, { reasoning_tokens: 5 }],
    [{ reasoning_tokens: Infinity, audio_tokens: 1 }, { audio_tokens: 1 }],
    [{ reasoning_tokens: '5' }, {}],
    [[5], undefined],
    [5, undefined],
  ])('reads the details %j as %j', (details, read) => {
    const source = { prompt_tokens: 1, completion_tokens: 2, completion_tokens_details: details };
    expect(readUsage(source)?.completion_tokens_details).toEqual(read);
  });

  it.each([
    undefined,
    null,
    5,
    {},
    { prompt_tokens: Infinity, completion_tokens: 1 },
    { prompt_tokens: 1, completion_tokens: -1 },
    { prompt_tokens: 0.5, completion_tokens: 1 },
    { prompt_tokens: 1, completion_tokens: 1e300 },
    { prompt_tokens: 1 },
    { completion_tokens: 1, prompt_tokens: '1' },
    { prompt_tokens: 1, completion_tokens: null },
  ])('finds no counts in %j', (source) => {
    expect(readUsage(source)).toBeUndefined();
  });
});
