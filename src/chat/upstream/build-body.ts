import type { RegisteredModel } from '../../models/registered-model.ts';
import type { ChatMessage, ChatRequest } from '../request/chat-request.ts';
import type { Body } from './request-fields.ts';

/** What Poe is sent: the client's own body, with what is Poe's quirk or the gateway's business. */
export function buildBody(
  request: ChatRequest,
  model: RegisteredModel,
  messages: readonly ChatMessage[],
  stream: boolean,
): Body {
  const { stream_options: streamOptions, n, ...rest } = request;
  return {
    ...rest,
    model: model.name,
    messages: messages.map(withKnownRole),
    stream,
    // Poe refuses any other number.
    ...(n !== undefined && { n: 1 }),
    // Usage is what matching and the footer live on. OpenAI refuses the member without a stream.
    ...(stream && { stream_options: { ...streamOptions, include_usage: true } }),
  };
}

/** Poe knows no developers, who are what systems used to be. */
function withKnownRole(message: ChatMessage): ChatMessage {
  return message.role === 'developer' ? { ...message, role: 'system' } : message;
}
