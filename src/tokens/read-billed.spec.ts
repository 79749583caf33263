import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { billedBytes, billedMembers, readBilled } from './read-billed.ts';

describe('billedMembers', () => {
  it('are those that providers read besides the messages', () => {
    const billed = {
      tools: [1],
      functions: [2],
      function_call: 'auto',
      response_format: { type: 'json_schema' },
      prediction: { content: 'x' },
      tool_choice: { type: 'function' },
    };
    const body = { model: 'm', messages: [1], stream: true, max_tokens: 5, user: 'u', ...billed };
    expect(new Set(billedMembers(body))).toEqual(new Set(Object.values(billed)));
  });

  it('are the own ones of a body', () => {
    expect(billedMembers({})).toEqual([]);
    expect(
      billedMembers(Object.create({ tools: [1] }) as object as Record<string, unknown>),
    ).toEqual([]);
  });
});

describe('readBilled', () => {
  it.each([
    [[{ type: 'function' }], '[{"type":"function"}]'],
    ['auto', 'auto'],
    [undefined, ''],
    [null, ''],
    [5, ''],
  ])('of %j is %j', (value, text) => {
    expect(readBilled(value)).toBe(text);
    expect(billedBytes(value)).toBe(text.length);
  });

  it('takes JSON of any depth', () => {
    const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(readBilled(deep)).toBe('');
  });

  it('takes anything', () => {
    fc.assert(fc.property(fc.anything(), (value) => typeof readBilled(value) === 'string'));
  });
});

it('writes a large member once, however often its bytes are asked for', () => {
  const tools = [{ description: '中'.repeat(1000) }];
  const write = vi.spyOn(JSON, 'stringify');
  const sizes = [billedBytes(tools), billedBytes(tools), billedBytes(tools)];
  expect(write).toHaveBeenCalledOnce();
  write.mockRestore();
  expect(sizes).toEqual(Array(3).fill(Buffer.byteLength(JSON.stringify(tools))));
});
