import { expect, it } from 'vitest';
import type { ChatMessage, Role } from '../request/chat-request.ts';
import { groupMessages } from './group-messages.ts';

const system: ChatMessage = { role: 'system', content: '' };
const developer: ChatMessage = { role: 'developer', content: '' };
const user: ChatMessage = { role: 'user', content: '' };
const assistant: ChatMessage = { role: 'assistant', content: '' };

const call = (...ids: string[]): ChatMessage => ({
  role: 'assistant',
  tool_calls: ids.map((id) => ({ id })),
});
const result = (id: string): ChatMessage => ({ role: 'tool', content: '', tool_call_id: id });

/** `0 1|2` and so on: indexes of each group, groups parted by bars. */
function grouped(...messages: ChatMessage[]): string {
  return groupMessages(messages)
    .map(({ indexes }) => indexes.join(' '))
    .join('|');
}

it.each<[string, ChatMessage[], string]>([
  ['nothing', [], ''],
  ['talk', [system, user, assistant, user], '0|1|2|3'],
  ['a call and its result', [user, call('a'), result('a'), assistant], '0|1 2|3'],
  ['a call and its results', [call('a', 'b'), result('b'), result('a'), user], '0 1 2|3'],
  ['calls one after the other', [call('a'), result('a'), call('b'), result('b')], '0 1|2 3'],
  ['a late result', [call('a'), user, result('a'), user], '0 1 2|3'],
  ['crossing calls', [call('a'), call('b'), result('a'), result('b'), user], '0 1 2 3|4'],
  ['a call inside another', [call('a'), call('b'), result('b'), result('a')], '0 1 2 3'],
  ['ids used again', [call('a'), result('a'), call('a'), result('a')], '0 1|2 3'],
  ['a result given twice', [call('a'), result('a'), user, result('a')], '0 1 2 3'],
  ['a result without a call', [result('a'), call('a'), user], '0|1|2'],
  ['a call without a result', [call('a'), user, assistant], '0|1|2'],
  ['a result without an id', [call(''), { role: 'tool', content: '' }], '0 1'],
  ['calls without ids', [{ role: 'assistant', tool_calls: [{}] }, result('a')], '0|1'],
  ['an id in a message that is no result', [call('a'), { ...user, tool_call_id: 'a' }], '0|1'],
  ['a system message inside', [call('a'), system, developer, result('a')], '0 3|1|2'],
])('groups %s', (_, messages, groups) => {
  expect(grouped(...messages)).toBe(groups);
});

it('takes what clients send for no tool calls', () => {
  const message = { role: 'assistant', content: '', tool_calls: null } as unknown as ChatMessage;
  expect(grouped(message, message)).toBe('0|1');
});

it.each<[Role, boolean, boolean]>([
  ['system', true, false],
  ['developer', true, false],
  ['user', false, true],
  ['assistant', false, false],
  ['tool', false, false],
  ['function', false, false],
])('a message of %s is pinned: %s, opens a turn: %s', (role, pinned, opensTurn) => {
  expect(groupMessages([{ role, content: '' }])).toEqual([
    { indexes: [0], turn: opensTurn ? 1 : 0, pinned, opensTurn },
  ]);
});

it('counts turns by user messages', () => {
  const messages = [system, assistant, user, assistant, call('a'), system, result('a'), user];
  const turns = groupMessages(messages).map(({ indexes, turn }) => [indexes[0], turn]);
  expect(turns).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
    [7, 2],
  ]);
});

it('pins a system message inside a call without pinning the call', () => {
  const groups = groupMessages([user, call('a'), system, result('a')]);
  expect(groups.slice(1)).toEqual([
    { indexes: [1, 3], turn: 1, pinned: false, opensTurn: false },
    { indexes: [2], turn: 1, pinned: true, opensTurn: false },
  ]);
});
