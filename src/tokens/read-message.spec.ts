import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

describe('readMessage', () => {
  it.each([
    ['a text', { role: 'user', content: 'hello' }, ['hello'], 4],
    ['a name', { role: 'user', name: 'ann', content: 'hello' }, ['ann', 'hello'], 5],
    [
      'text parts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      ['a', 'b'],
      4,
    ],
    ['a refusal', { content: null, refusal: 'no' }, ['no'], 4],
    ['a refusal part', { content: [{ type: 'refusal', refusal: 'no' }] }, ['no'], 4],
    ['reasoning', { content: 'yes', reasoning_content: 'hm' }, ['yes', 'hm'], 4],
    [
      'tool calls, without their ids',
      { tool_calls: [{ id: 'call_1', function: { name: 'add', arguments: '{"a":1}' } }] },
      ['add', '{"a":1}'],
      4,
    ],
    ['a tool answer, without its id', { tool_call_id: 'call_1', content: '3' }, ['3'], 4],
    ['an image', { content: [{ image_url: { url: 'data:' } }] }, [], 4 + 1105],
    ['a small image', { content: [{ image_url: { url: 'x', detail: 'low' } }] }, [], 4 + 85],
    [
      'what was called',
      {
        function_call: { name: 'f', arguments: '{}' },
        tool_calls: [
          { function: { name: 'g', arguments: '[]' } },
          { custom: { name: 'h', input: 'sql' } },
        ],
      },
      ['f', '{}', 'g', '[]', 'h', 'sql'],
      4,
    ],
    ['sound', { content: [{ input_audio: { data: 'A'.repeat(10_700) } }] }, [], 4 + 11],
    ['a short file', { content: [{ file: { file_data: 'data:application/pdf;,A' } }] }, [], 2304],
    ['a file known elsewhere', { content: [{ file: { file_id: 'file-1' } }] }, [], 2304],
    ['a long file', { content: [{ file: { file_data: 'A'.repeat(300_000) } }] }, [], 10_004],
    [
      'a film',
      { content: [{ file: { file_data: `data:video/mp4;base64,${'A'.repeat(99_978)}` } }] },
      [],
      104,
    ],
  ])('reads %s', (_, message, texts, fixedTokens) => {
    expect(readMessage(message)).toEqual({ texts, fixedTokens });
  });

  it.each([null, 5, 'text', [], [1], {}, { content: [null, 1, 'a'] }, { tool_calls: [{}, null] }])(
    'takes %j for an empty message',
    (message) => {
      expect(readMessage(message)).toEqual({ texts: [], fixedTokens: 4 });
    },
  );

  it('takes anything', () => {
    const members = ['name', 'content', 'tool_calls', 'function', 'arguments', 'image_url', 'file'];
    const likeAMessage = fc.object({ key: fc.constantFrom(...members, 'text', 'file_data') });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), likeAMessage), (value) => {
        const { texts, fixedTokens } = readMessage(value);
        expect(texts.every((text) => typeof text === 'string')).toBe(true);
        expect(Number.isInteger(fixedTokens) && fixedTokens >= 4).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
