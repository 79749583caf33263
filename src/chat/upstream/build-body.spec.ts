import { expect, it } from 'vitest';
import type { RegisteredModel } from '../../models/registered-model.ts';
import type { ChatMessage, ChatRequest } from '../request/chat-request.ts';
import { buildBody } from './build-body.ts';

const model = { name: 'Claude-Haiku-4.5' } as RegisteredModel;
const messages: ChatMessage[] = [{ role: 'user', content: 'hi' }];

function build(members: Partial<ChatRequest> = {}, stream = true) {
  const request: ChatRequest = { model: 'anthropic/haiku', messages: [], ...members };
  return buildBody(request, model, messages, stream);
}

it('names the model as Poe does and sends the messages that are left', () => {
  expect(build({}, false)).toStrictEqual({ model: 'Claude-Haiku-4.5', messages, stream: false });
});

it('always asks a stream for usage', () => {
  const asked = { include_usage: true };
  expect(build()).toMatchObject({ stream: true, stream_options: asked });
  expect(build({ stream_options: null }).stream_options).toEqual(asked);
  const options = { include_usage: false, include_obfuscation: false };
  expect(build({ stream_options: options }).stream_options).toEqual({ ...options, ...asked });
});

it('sends no stream options without a stream', () => {
  const body = build({ stream: true, stream_options: { include_usage: true } }, false);
  expect(body).toStrictEqual({ model: 'Claude-Haiku-4.5', messages, stream: false });
});

it.each([1, 3, null])('makes n of %j into 1', (n) => {
  expect(build({ n }).n).toBe(1);
});

it('sends no n of its own', () => {
  expect(build()).not.toHaveProperty('n');
});

it('passes on what it does not know', () => {
  const tools = JSON.parse('[{"constructor":{"__proto__":1}}]') as unknown[];
  expect(build({ tools, thinking_budget: 5 })).toMatchObject({ tools, thinking_budget: 5 });
});

it('calls developers systems, and leaves the messages as they are', () => {
  const given: ChatMessage[] = [{ role: 'developer', content: 'a', name: 'b' }, ...messages];
  const body = buildBody({ model: 'm', messages: given }, model, given, false);
  expect(body.messages).toEqual([{ role: 'system', content: 'a', name: 'b' }, ...messages]);
  expect(given[0]?.role).toBe('developer');
});
