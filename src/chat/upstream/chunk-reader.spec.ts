import { describe, expect, it } from 'vitest';
import type { ToolCallDelta } from '../chat-chunk.ts';
import { ChunkReader } from './chunk-reader.ts';

type Wire = Record<string, unknown>;

const frame = (delta: Wire, choice: Wire = {}, rest: Wire = {}) =>
  JSON.stringify({ id: 'x', choices: [{ index: 0, delta, ...choice }], ...rest });

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

function read(...frames: string[]) {
  const reader = new ChunkReader();
  return frames.map((data) => reader.read('message', data));
}

/** The tool calls of each of some deltas, read one after the other. */
function readCalls(...deltas: Wire[][]): (readonly ToolCallDelta[] | undefined)[] {
  return read(...deltas.map((calls) => frame({ tool_calls: calls }))).map(
    (c) => c?.delta.tool_calls,
  );
}

describe('ChunkReader', () => {
  it('reads a delta, a finish reason, usage and logprobs out of one frame', () => {
    const data = frame(
      { content: 'a', refusal: null },
      { finish_reason: 'stop', logprobs: { content: [] } },
      { usage: { ...usage, speed: null } },
    );
    const [chunk] = read(data);
    expect(chunk).toMatchObject({ finishReason: 'stop', usage, logprobs: { content: [] } });
    expect(chunk?.delta).toEqual({ content: 'a' });
  });

  it('reads a frame of usage alone', () => {
    const [chunk] = read(JSON.stringify({ choices: [], usage }));
    expect(chunk).toMatchObject({ finishReason: null, usage, hasContent: false });
    expect(chunk?.delta).toEqual({});
  });

  it('passes on the content of frames that are alike without parsing them', () => {
    const chunks = read(
      frame({ role: 'assistant', content: '' }),
      ...['a', 'b', 'c\n'].map((content) => frame({ content })),
    );
    expect(chunks.map((chunk) => chunk?.contentJson)).toEqual([
      undefined,
      undefined,
      '"b"',
      undefined,
    ]);
    expect(chunks.map((chunk) => chunk?.delta.content)).toEqual(['', 'a', 'b', 'c\n']);
  });

  it.each([
    ['a role', frame({ role: 'assistant', content: 'a' })],
    ['a finish reason', frame({ content: 'a' }, { finish_reason: 'stop' })],
    ['usage', frame({ content: 'a' }, {}, { usage })],
    ['logprobs', frame({ content: 'a' }, { logprobs: { content: [] } })],
    ['thoughts', frame({ content: 'a', reasoning_content: 'a' })],
    ['other members', frame({ annotations: [] })],
  ])('never learns from a frame with %s', (_, first) => {
    const [, second] = read(first, first.replace('"a"', '"b"'));
    expect(second?.contentJson).toBeUndefined();
    expect(second).toEqual(read(first.replace('"a"', '"b"'))[0]);
  });

  it.each(['', 'nonsense', '{"choices":[{"delta":{"con', '5', 'null', '"text"'])(
    'skips %j',
    (data) => {
      expect(read(data)).toEqual([undefined]);
    },
  );

  it.each(['{}', '{"choices":null}', '{"choices":[]}', '{"choices":[null]}', '{"choices":[{}]}'])(
    'finds nothing in %s',
    (data) => {
      const [chunk] = read(data);
      expect(chunk).toMatchObject({ delta: {}, finishReason: null, usage: undefined });
    },
  );

  it.each([
    ['an error frame', 'message', '{"error":{"message":"Overloaded","type":"overloaded_error"}}'],
    ['an error that is a text', 'message', '{"error":"Overloaded"}'],
    [
      'an error beside content',
      'message',
      frame({ content: 'a' }, {}, { error: { message: 'Overloaded' } }),
    ],
    ['an error event', 'error', '{"message":"Overloaded"}'],
    [
      'an error event in Anthropic’s words',
      'error',
      '{"type":"error","error":{"message":"Overloaded"}}',
    ],
    ['an error event that is no JSON', 'error', 'Overloaded'],
  ])('throws for %s', (_, event, data) => {
    expect(() => new ChunkReader().read(event, data)).toThrow(
      expect.objectContaining({ kind: 'frame', message: 'Overloaded' }),
    );
  });

  // Written to the client such a frame would throw where nobody catches it.
  it.each(['logprobs', 'delta'])('throws for a %s nested too deep', (member) => {
    const data = `{"choices":[{"${member}":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}`;
    expect(() => read(data)).toThrow(expect.objectContaining({ kind: 'cut', status: 502 }));
  });

  it.each(['text', 5, true, ['text']])('finds nothing in a delta of %j', (delta) => {
    const [chunk] = read(JSON.stringify({ choices: [{ delta }] }));
    expect(chunk).toMatchObject({ finishReason: null, usage: undefined, hasContent: false });
    expect(chunk?.delta).toStrictEqual({});
  });

  it('takes an error of null for none', () => {
    expect(read(frame({ content: 'a' }, {}, { error: null }))[0]?.delta.content).toBe('a');
  });
});

describe('ChunkReader with tool calls', () => {
  const call = { function: { name: 'add', arguments: '' } };
  const piece = { function: { arguments: '1' } };

  it('keeps indexes that are given', () => {
    const calls = readCalls(
      [{ index: 0, id: 'a', ...call }],
      [{ index: 0, ...piece }],
      [{ index: 4, id: 'b', ...call }],
    );
    expect(calls.map((list) => list?.[0]?.index)).toEqual([0, 0, 4]);
  });

  it.each<[string, Wire[][], number[][]]>([
    ['pieces continue the last call', [[{ id: 'a', ...call }], [piece], [piece]], [[0], [0], [0]]],
    [
      'a new id begins a call',
      [[{ id: 'a', ...call }], [piece], [{ id: 'b', ...call }], [piece]],
      [[0], [0], [1], [1]],
    ],
    [
      'a known id continues its call',
      [[{ id: 'a' }], [{ id: 'b' }], [{ id: 'a', ...piece }]],
      [[0], [1], [0]],
    ],
    ['calls of one frame differ', [[{ id: 'a' }, { id: 'b' }], [piece]], [[0, 1], [1]]],
    ['calls without an id differ by having a name', [[call, call], [piece]], [[0, 1], [1]]],
    [
      'an empty id is none',
      [
        [
          { id: '', ...call },
          { id: '', ...call },
        ],
        [{ id: '', ...piece }],
      ],
      [[0, 1], [1]],
    ],
    ['a piece that comes first begins', [[piece], [piece]], [[0], [0]]],
    [
      'an index without an id leaves the id known',
      [[{ index: 0, id: 'a' }], [{ index: 0, ...piece }], [{ id: 'a', ...piece }]],
      [[0], [0], [0]],
    ],
    [
      'the greatest index is no list to look through',
      [[{ index: 2 ** 31 - 1, id: 'a' }], [{ id: 'b' }], [{ id: 'a', ...piece }]],
      [[2 ** 31 - 1], [2 ** 31], [2 ** 31 - 1]],
    ],
    [
      'an index that no call can have is none',
      [[{ index: 4294967294, id: 'a' }], [{ index: -1, id: 'b' }], [{ index: 0.5, id: 'b' }]],
      [[0], [1], [1]],
    ],
    [
      'ids are known from calls with an index',
      [[{ index: 0, id: 'a' }], [{ index: 1, id: 'b' }], [{ id: 'a', ...piece }], [{ id: 'c' }]],
      [[0], [1], [0], [2]],
    ],
  ])('without indexes, %s', (_, deltas, indexes) => {
    const found = readCalls(...deltas).map((calls) => calls?.map(({ index }) => index));
    expect(found).toEqual(indexes);
  });

  it.each([
    ['in the same frame', [frame({ tool_calls: [call] }, { finish_reason: 'stop' })]],
    ['in a later frame', [frame({ tool_calls: [call] }), frame({}, { finish_reason: 'stop' })]],
  ])('corrects `stop` after calls %s', (_, frames) => {
    expect(read(...frames).at(-1)?.finishReason).toBe('tool_calls');
  });

  it('leaves other reasons to finish', () => {
    const frames = [frame({ tool_calls: [call] }), frame({}, { finish_reason: 'length' })];
    expect(read(...frames)[1]?.finishReason).toBe('length');
  });

  it('takes an empty list for no call', () => {
    const [first, second] = read(
      frame({ content: 'a', tool_calls: [] }),
      frame({}, { finish_reason: 'stop' }),
    );
    expect(first?.delta).toEqual({ content: 'a' });
    expect(second?.finishReason).toBe('stop');
  });

  it('keeps usage and the finish reason that come with a call', () => {
    const data = frame({ tool_calls: [call] }, { finish_reason: 'tool_calls' }, { usage });
    expect(read(data)[0]).toMatchObject({ finishReason: 'tool_calls', usage, hasContent: true });
  });
});
