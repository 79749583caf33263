import type { ChatMessage, ContentPart } from '../request/chat-request.ts';

const BLOCK =
  /---\r?\nTokens: [\d,]+ total \([\d,]+ in \/ [\d,]+ out\) \| Points: -?[\d,]+(?: est\.)? \| Balance: (?:-?[\d,]+|n\/a)(?:\r?\nWarning: [^\r\n]*)?(?:\r?\nLimit: [^\r\n]*)?\s*$/
    .source;
/** Our block at the end of a text, exactly as footer-text.ts puts it there … */
const AS_WRITTEN = new RegExp(`\\n\\n${BLOCK}`, 'g');
/** … or as clients leave it that trim blanks or change line ends. */
const AS_KEPT = new RegExp(`(?:^|(?:\\r\\n|(?<!\\r)\\n){1,2})${BLOCK}`, 'g');
const MARK = '---';
/** The longest block there is; a search from the start would cost as much as the text is long. */
const LONGEST = 1000;

/** `text` without the footer that ends it, if one does. */
export function stripFooter(text: string): string {
  const from = Math.max(0, text.length - LONGEST);
  if (!text.includes(MARK, from)) return text;
  const match = search(AS_WRITTEN, text, from) ?? search(AS_KEPT, text, from);
  return match ? text.slice(0, match.index) : text;
}

function search(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/**
 * The conversation without our footers, which clients send back as part of what the assistant
 * said: the model would pay for them, and imitate them. A message of which nothing is left goes
 * altogether, since providers refuse empty ones, as they do a conversation without any message:
 * one that is footers only stays as it is. Untouched messages stay the same objects.
 */
export function stripFooters(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const stripped = stripEach(messages);
  return stripped.length > 0 ? stripped : messages;
}

function stripEach(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.flatMap((message) => {
    if (message.role !== 'assistant' || !message.content) return message;
    const content = stripContent(message.content);
    if (content === message.content) return message;
    return content === '' && !message.tool_calls?.length ? [] : { ...message, content };
  });
}

function stripContent(content: string | readonly ContentPart[]): string | readonly ContentPart[] {
  if (typeof content === 'string') return stripFooter(content);
  const last = content.at(-1);
  if (last?.type !== 'text' || typeof last.text !== 'string') return content;
  const text = stripFooter(last.text);
  return text === last.text ? content : [...content.slice(0, -1), { ...last, type: 'text', text }];
}
