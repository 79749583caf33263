import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../errors/api-error.ts';
import { checkMessages } from './check-messages.ts';

const user = { role: 'user', content: 'hi' };

/** What is complained of, with the place of it, or undefined. */
function complaint(messages: unknown): { param: string | null; message: string } | undefined {
  try {
    checkMessages(messages);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
    return error as ApiError;
  }
}

describe('checkMessages', () => {
  it.each<[string, unknown]>([
    [
      'texts of every role',
      ['system', 'developer', 'user', 'assistant', 'tool', 'function'].map((role) => ({
        role,
        content: '',
      })),
    ],
    [
      'parts',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'image_url', image_url: {} },
            { type: 'new' },
          ],
        },
      ],
    ],
    ['no parts', [{ role: 'user', content: [] }]],
    [
      'an assistant that called tools',
      [{ role: 'assistant', content: null, tool_calls: [{ id: 'a' }] }],
    ],
    ['an assistant without content', [{ role: 'assistant' }]],
    ['tool calls of null', [{ ...user, tool_calls: null }]],
    ['members that it does not know', [{ ...user, name: 5, constructor: {}, extra: null }]],
  ])('takes %s', (_, messages) => {
    expect(complaint(messages)).toBeUndefined();
  });

  it.each<[unknown, string, string]>([
    [undefined, 'messages', 'messages must be a list of at least one message'],
    [null, 'messages', 'messages must be a list of at least one message'],
    [{}, 'messages', 'messages must be a list of at least one message'],
    ['hi', 'messages', 'messages must be a list of at least one message'],
    [[], 'messages', 'messages must be a list of at least one message'],
    [[null], 'messages[0]', 'messages[0] must be an object'],
    [[user, 'hi'], 'messages[1]', 'messages[1] must be an object'],
    [[[user]], 'messages[0]', 'messages[0] must be an object'],
    [
      [{}],
      'messages[0].role',
      'messages[0].role must be one of system, developer, user, assistant, tool, function',
    ],
    [
      [{ ...user, role: 'bot' }],
      'messages[0].role',
      'messages[0].role must be one of system, developer, user, assistant, tool, function',
    ],
    [
      [{ ...user, role: 5 }],
      'messages[0].role',
      'messages[0].role must be one of system, developer, user, assistant, tool, function',
    ],
    [
      [{ ...user, tool_calls: {} }],
      'messages[0].tool_calls',
      'messages[0].tool_calls must be a list of objects',
    ],
    [
      [{ ...user, tool_calls: [{}, 5] }],
      'messages[0].tool_calls',
      'messages[0].tool_calls must be a list of objects',
    ],
    [[{ role: 'user' }], 'messages[0].content', 'messages[0].content is missing'],
    [[{ role: 'tool', content: null }], 'messages[0].content', 'messages[0].content is missing'],
    [
      [{ role: 'user', content: 5 }],
      'messages[0].content',
      'messages[0].content must be a string or a list of parts',
    ],
    [
      [{ role: 'assistant', content: {} }],
      'messages[0].content',
      'messages[0].content must be a string or a list of parts',
    ],
    [
      [{ role: 'user', content: ['hi'] }],
      'messages[0].content[0]',
      'messages[0].content[0] must be an object with a "type"',
    ],
    [
      [{ role: 'user', content: [{ type: 'new' }, { text: 'hi' }] }],
      'messages[0].content[1]',
      'messages[0].content[1] must be an object with a "type"',
    ],
    [
      [{ role: 'user', content: [{ type: 'text' }] }],
      'messages[0].content[0].text',
      'messages[0].content[0].text must be a string',
    ],
    [
      [{ role: 'user', content: [{ type: 'text', text: 5 }] }],
      'messages[0].content[0].text',
      'messages[0].content[0].text must be a string',
    ],
  ])('refuses %j at %s', (messages, param, message) => {
    expect(complaint(messages)).toMatchObject({ param, message });
  });

  it('refuses more messages or parts than anybody needs', () => {
    expect(complaint(Array(4097).fill(user))?.param).toBe('messages');
    const parts = Array(16_385).fill({ type: 'text', text: '' });
    expect(complaint([{ role: 'user', content: parts }])?.param).toBe('messages');
    expect(complaint(Array(4096).fill(user))).toBeUndefined();
  });

  it('takes any JSON or says where it is wrong, without repeating it', () => {
    const json = fc.jsonValue();
    const message = fc.record(
      {
        role: fc.oneof(json, fc.constantFrom('user', 'assistant')),
        content: fc.oneof(
          json,
          fc.array(fc.record({ type: fc.constantFrom('text', 'x'), text: json })),
        ),
        tool_calls: json,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(json, fc.array(fc.oneof(message, json))), (messages) => {
        const found = complaint(messages);
        if (found)
          expect(found.param).toMatch(
            /^messages(?:\[\d+\](?:\.(?:role|tool_calls|content(?:\[\d+\](?:\.text)?)?))?)?$/,
          );
      }),
    );
  });
});
