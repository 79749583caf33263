import { expect, it } from 'vitest';
import { completionToChunk } from './completion-to-chunk.ts';

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const message = { role: 'assistant', content: 'a', tool_calls: null };
const call = { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{}' } };

function read(choice: object, rest: object = {}) {
  return completionToChunk(JSON.stringify({ choices: [choice], ...rest }));
}

it('makes one chunk of the message and its end', () => {
  const logprobs = { content: [] };
  const chunk = read({ index: 0, message, finish_reason: 'length', logprobs }, { usage });
  expect(chunk).toMatchObject({ finishReason: 'length', usage, logprobs });
  expect(chunk.delta).toEqual({ role: 'assistant', content: 'a' });
});

it('says the role even if Poe does not', () => {
  expect(read({ message: { content: 'a' }, logprobs: null })).toMatchObject({
    delta: { role: 'assistant', content: 'a' },
    logprobs: undefined,
  });
});

it.each([
  ['stop', message, 'stop'],
  [undefined, message, 'stop'],
  ['content_filter', message, 'content_filter'],
  ['stop', { ...message, tool_calls: [call] }, 'tool_calls'],
  [null, { ...message, tool_calls: [call] }, 'tool_calls'],
  ['length', { ...message, tool_calls: [call] }, 'length'],
  ['stop', { ...message, tool_calls: [] }, 'stop'],
])('reads the reason %j of %j as %j', (reason, said, finishReason) => {
  expect(read({ message: said, finish_reason: reason }).finishReason).toBe(finishReason);
});

it('keeps tool calls, with an index as streams have it', () => {
  const chunk = read({ message: { content: null, tool_calls: [call, call] } });
  expect(chunk.delta.tool_calls).toEqual([
    { index: 0, ...call },
    { index: 1, ...call },
  ]);
});

it('throws the error that a body of status 200 reports', () => {
  const body = JSON.stringify({ error: { message: 'Overloaded', code: 529 } });
  expect(() => completionToChunk(body)).toThrow(
    expect.objectContaining({ kind: 'frame', status: 529, message: 'Overloaded' }),
  );
});

it('takes an error of null for none', () => {
  expect(read({ message }, { error: null }).delta.content).toBe('a');
});

it.each([
  '',
  'null',
  '5',
  '[]',
  '{}',
  '{"choices":[]}',
  '{"choices":[null]}',
  '{"choices":[{"message":null}]}',
  '{"choices":[{"message":"a"}]}',
  '{"choices":[{"message":{"content":"a"',
  `{"choices":[{"message":{},"logprobs":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}`,
])('refuses %s as cut off', (body) => {
  expect(() => completionToChunk(body)).toThrow(
    expect.objectContaining({ kind: 'cut', status: 502 }),
  );
});
