import { getEncoding } from 'js-tiktoken';
import { expect, it } from 'vitest';
import { CONVERSATION_TOKENS, conversationBody } from './conversation-body.ts';

interface Body {
  messages: { role: string; content: string }[];
}

const { messages } = JSON.parse(conversationBody('bench')) as Body;

it('is as long as it says, by the tokens of o200k_base', () => {
  const encoding = getEncoding('o200k_base');
  const tokens = messages.reduce((sum, { content }) => sum + encoding.encode(content).length, 0);
  expect(tokens / CONVERSATION_TOKENS).toBeCloseTo(1, 1);
});

it('has 400 different turns and a question', () => {
  expect(new Set(messages.map(({ content }) => content)).size).toBe(401);
  expect(messages.at(-1)).toMatchObject({ role: 'user' });
});
