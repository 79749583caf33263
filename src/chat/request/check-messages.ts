import { isRecord } from '../../config/is-record.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { exceedsLimits } from '../../guards/message-limits.ts';

const ROLES = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/**
 * Checks the shape that the gateway relies on; the meaning is Poe's to judge.
 * @throws ApiError 400 whose `param` is the path of the first fault, such as `messages[1].role`
 */
export function checkMessages(messages: unknown): void {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw catalogue.invalidRequest('messages must be a list of at least one message', 'messages');
  }
  const excess = exceedsLimits(messages);
  if (excess !== undefined) throw catalogue.invalidRequest(excess, 'messages');
  messages.forEach((message: unknown, index) => {
    checkMessage(message, `messages[${index}]`);
  });
}

function checkMessage(message: unknown, path: string): void {
  if (!isRecord(message)) throw catalogue.invalidRequest(`${path} must be an object`, path);
  const { role, content, tool_calls: calls } = message;
  if (typeof role !== 'string' || !ROLES.has(role)) {
    throw catalogue.invalidRequest(
      `${path}.role must be one of ${[...ROLES].join(', ')}`,
      `${path}.role`,
    );
  }
  if (calls !== undefined && calls !== null && !(Array.isArray(calls) && calls.every(isRecord))) {
    throw catalogue.invalidRequest(
      `${path}.tool_calls must be a list of objects`,
      `${path}.tool_calls`,
    );
  }
  checkContent(content, path, role === 'assistant');
}

/** Only an assistant may have said nothing: it called tools instead. */
function checkContent(content: unknown, path: string, mayBeAbsent: boolean): void {
  const at = `${path}.content`;
  if (typeof content === 'string') return;
  if (content === undefined || content === null) {
    if (mayBeAbsent) return;
    throw catalogue.invalidRequest(`${at} is missing`, at);
  }
  if (!Array.isArray(content)) {
    throw catalogue.invalidRequest(`${at} must be a string or a list of parts`, at);
  }
  content.forEach((part: unknown, index) => {
    const where = `${at}[${index}]`;
    if (!isRecord(part) || typeof part.type !== 'string') {
      throw catalogue.invalidRequest(`${where} must be an object with a "type"`, where);
    }
    if (part.type === 'text' && typeof part.text !== 'string') {
      throw catalogue.invalidRequest(`${where}.text must be a string`, `${where}.text`);
    }
  });
}
