import type { PipeTransform } from '@nestjs/common';
import { catalogue } from '../../errors/catalogue.ts';
import type { ChatRequest } from './chat-request.ts';
import { checkHead } from './check-head.ts';
import { checkMessages } from './check-messages.ts';

/** OpenAI's own are some forty. All of them are looked at again and again on the way to Poe. */
const MOST_MEMBERS = 100;

/**
 * Accepts a body or throws a 400 that names the member at fault. The body itself is passed on,
 * unknown members and all: Nest's ValidationPipe would delete every key named `constructor` or
 * `prototype` in it, tool schemas included.
 */
export class ChatBodyPipe implements PipeTransform<unknown, ChatRequest> {
  transform(body: unknown): ChatRequest {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw catalogue.invalidRequest('the body must be a JSON object');
    }
    const members = Object.keys(body).length;
    if (members > MOST_MEMBERS) {
      throw catalogue.invalidRequest(
        `the body has ${members} members; at most ${MOST_MEMBERS} are taken`,
      );
    }
    checkHead(body as Record<string, unknown>);
    checkMessages((body as { messages?: unknown }).messages);
    return body as ChatRequest;
  }
}
