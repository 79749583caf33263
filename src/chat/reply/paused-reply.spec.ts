import { expect, it } from 'vitest';
import { pausedReply } from './paused-reply.ts';

const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

it('is a completion without a stream', () => {
  expect(pausedReply('Paused.', 'gpt', { stream: false, includeUsage: false })).toMatchObject({
    object: 'chat.completion',
    model: 'gpt',
    choices: [{ message: { role: 'assistant', content: 'Paused.' }, finish_reason: 'stop' }],
    usage: NO_USAGE,
  });
});

it.each([true, false])('is a whole stream, with usage if asked for: %s', (includeUsage) => {
  const body = pausedReply('Paused.', 'gpt', { stream: true, includeUsage }) as string;
  const events = body.split('\n\n');
  expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
  const frames = events.slice(0, -2).map((line) => JSON.parse(line.slice(6)) as { id: string });
  expect(frames).toMatchObject([
    { model: 'gpt', choices: [{ delta: { role: 'assistant', content: 'Paused.' } }] },
    { model: 'gpt', choices: [{ delta: {}, finish_reason: 'stop' }] },
    ...(includeUsage ? [{ choices: [], usage: NO_USAGE }] : []),
  ]);
  expect(new Set(frames.map(({ id }) => id)).size).toBe(1);
});
